"""The untrusted side: runs a submission's cells, then calls its functions when asked.

It is started by `sandbox` as `python -m coursekit.grading.candidate FD` on the student edition
of the package, and speaks frames of `wire` over the socket FD. Nothing here is secret, and
nothing that it says is believed: the judge compares values, and scores come from the judge.

Requests and replies
--------------------
load     cells, skip, cell_seconds  ->  {"cell": index} before each cell and {"done": index,
                                        "outputs", "raised"} after it, then {"loaded": true}
call     name, args, kwargs, seconds -> {"value", "args", "kwargs"} or
                                        {"raised": [type, message, line]}

Times are CPU seconds, so that a busy machine costs nobody a point; code that only waits gets
`PATIENCE` times as long by the clock.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import io
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from typing import Any

from coursekit.grading import wire

OUTPUT_LIMIT = 50_000  # characters that one cell may print
DISPLAY_LIMIT = 2_000_000  # characters of one rich output, a figure say
CELL_LIMIT = 4_000_000  # characters of all outputs of a cell
PATIENCE = 3


class OutOfTime(BaseException):
    """Code ran longer than it may; not an Exception, so that `except Exception` lets it by."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block once it has used so much CPU time, and again until it ends."""
    armed = True

    def ring(*_: object) -> None:
        if armed:
            raise OutOfTime(f"stopped after {seconds:.3g} s")

    signal.signal(signal.SIGPROF, ring)
    signal.signal(signal.SIGALRM, ring)
    # The alarms repeat: code that swallows one gets the next.
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.01), 0.5)
    signal.setitimer(signal.ITIMER_REAL, max(PATIENCE * seconds, 0.01), 0.5)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


class Printed(io.TextIOBase):
    """A stream that keeps the first characters written to it and counts the rest."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = OUTPUT_LIMIT - self._size
        if room > 0:
            self._parts.append(str(text[:room]))
        self._size += len(text)
        return len(text)

    def text(self) -> str:
        cut = self._size - OUTPUT_LIMIT
        return "".join(self._parts) + (f"\n[{cut:,} more characters left out]" if cut > 0 else "")


def make_shell() -> Any:
    """An IPython shell without history, colors or a terminal."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.colors = "nocolor"
    shell.user_ns["__name__"] = "__main__"
    return shell


def run_cell(shell: Any, source: str, seconds: float) -> dict[str, Any]:
    """Run one cell as a notebook would; its outputs in the notebook format, and what it raised."""
    from IPython.core.displaypub import CapturingDisplayPublisher

    out, err = Printed(), Printed()
    shell.display_pub, publisher = CapturingDisplayPublisher(), shell.display_pub
    shown: list[Any] = []
    hook, sys.displayhook = sys.displayhook, shell.displayhook
    write_format_data = shell.displayhook.write_format_data
    shell.displayhook.write_output_prompt = lambda: None
    shell.displayhook.write_format_data = lambda data, md=None: shown.append(data)
    failure = None
    try:
        with (
            time_limit(seconds),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            result = shell.run_cell(source, store_history=False)
            failure = result.error_before_exec or result.error_in_exec
    except OutOfTime as late:
        failure = late
    finally:
        published = shell.display_pub.outputs
        shell.display_pub = publisher
        shell.displayhook.write_format_data = write_format_data
        sys.displayhook = hook
    outputs = [
        {"output_type": "stream", "name": name, "text": stream.text()}
        for name, stream in (("stdout", out), ("stderr", err))
        if stream.text()
    ]
    room = CELL_LIMIT
    for data in [item["data"] for item in published] + shown:
        output, size = _rich(data)
        room -= size
        if room < 0:
            text = "[more outputs left out]"
            outputs.append({"output_type": "stream", "name": "stdout", "text": text})
            break
        outputs.append(output)
    said = None
    if failure is not None:
        # A SyntaxError's own text names a file that IPython made up.
        text = failure.msg if isinstance(failure, SyntaxError) else str(failure)
        said = [type(failure).__name__, str(text)[:500], _last_line(failure)]
        outputs.append(
            {"output_type": "error", "ename": said[0], "evalue": said[1], "traceback": []}
        )
        _forget(shell, failure)
    return {"outputs": outputs, "raised": said}


def _rich(data: dict) -> tuple[dict[str, Any], int]:
    """A rich output in the notebook format, and its size in characters."""
    kept = {}
    for kind, content in data.items():
        if isinstance(content, bytes):
            content = base64.b64encode(content).decode("ascii")
        if isinstance(content, str) and len(content) <= DISPLAY_LIMIT:
            kept[str(kind)] = content
    size = sum(len(content) for content in kept.values())
    return {"output_type": "display_data", "data": kept, "metadata": {}}, size


def _forget(shell: Any, failure: BaseException) -> None:
    """Let go of a failed cell's frames: what they hold may be all the memory there is."""
    failure.__traceback__ = None
    shell.InteractiveTB.tb = shell.last_execution_result = None
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)
    gc.collect()


def _last_line(error: BaseException) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if "ipython-input" in frame.filename]
    return (own or [0])[-1] or 0


class Channel:
    """Frames over a socket, read and written whole."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def receive(self) -> Any:
        (size,) = wire.HEADER.unpack(self._exactly(wire.HEADER.size))
        return wire.decode(self._exactly(size))

    def send(self, value: Any) -> None:
        self._stream.sendall(wire.frame(value))

    def _exactly(self, n: int) -> bytes:
        parts = bytearray()
        while len(parts) < n:
            part = self._stream.recv(min(n - len(parts), 2**20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def load(channel: Channel, shell: Any, request: dict) -> dict:
    """Run the cells in order; one that fails stops none of the others, as in a notebook."""
    skip = set(request["skip"])
    for index, source in request["cells"]:
        if index in skip:
            continue
        channel.send({"cell": index})
        channel.send({"done": index, **run_cell(shell, source, request["cell_seconds"])})
    return {"loaded": True}


def call(shell: Any, request: dict) -> dict:
    """Call a function of the submission with fresh copies of plain data."""
    name, args, kwargs = request["name"], request["args"], request["kwargs"]
    function = shell.user_ns.get(name)
    if not callable(function):
        return {"missing": name}
    try:
        with (
            time_limit(request["seconds"]),
            contextlib.redirect_stdout(Printed()),
            contextlib.redirect_stderr(Printed()),
        ):
            value = function(*args, **kwargs)
        return {"value": value, "args": list(args), "kwargs": kwargs}
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno or 0 for frame in frames if frame.name == name]
        return {"raised": [type(error).__name__, str(error)[:500], (lines or [0])[-1]]}


def forget_other_editions() -> None:
    """Keep only the edition that this module came from on the path of imports.

    Where the instructor's package is installed for development, its folder is on the path too.
    """
    ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [
        entry
        for entry in sys.path
        if os.path.abspath(entry) == ours or not os.path.isdir(os.path.join(entry, "coursekit"))
    ]


def main() -> None:
    forget_other_editions()
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    shell = make_shell()
    while True:
        try:
            request = channel.receive()
        except EOFError:
            return
        reply = load(channel, shell, request) if request["op"] == "load" else call(shell, request)
        try:
            channel.send({"id": request["id"], **reply})
        except wire.WireError as error:
            channel.send({"id": request["id"], "raised": ["ValueError", str(error), 0]})


if __name__ == "__main__":
    main()
