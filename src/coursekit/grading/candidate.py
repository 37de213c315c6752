"""The untrusted side: runs a submission's cells, then calls its functions when asked.

Started by `sandbox` as a warm parent on the student edition of the package, it forks a process
for each submission, which seals itself off and speaks frames of `wire` over its channel. Nothing
here is secret, and nothing that it says is believed: the judge compares values, and scores come
from the judge.

Requests and replies
--------------------
load     cells, skip, cell_seconds  ->  {"cell": index} before each cell and {"done": index,
                                        "outputs", "raised"} after it, then {"loaded": true}
call     name, args, kwargs, through, -> {"value", "args", "kwargs"} or
         seconds                          {"raised": [type, message, line]}
probe    secrets, writable, process, port -> what a submission could do here

Times are CPU seconds, so that a busy machine costs nobody a point; code that only waits gets
`cells.PATIENCE` times as long by the clock.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from functools import partial
from typing import Any

from coursekit.checks import probes
from coursekit.grading import cells, seal, warm, wire


class Channel:
    """Frames over a socket, read and written whole."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def receive(self) -> Any:
        (size,) = wire.HEADER.unpack(wire.read_exactly(self._stream, wire.HEADER.size))
        return wire.decode(wire.read_exactly(self._stream, size))

    def send(self, value: Any) -> None:
        self._stream.sendall(wire.frame(value))


def load(channel: Channel, shell: Any, request: dict) -> dict:
    """Run the cells in order; one that fails stops none of the others, as in a notebook."""
    skip = set(request["skip"])
    for index, source in request["cells"]:
        if index in skip:
            continue
        channel.send({"cell": index})
        channel.send({"done": index, **cells.run_cell(shell, source, request["cell_seconds"])})
    return {"loaded": True}


def call(shell: Any, request: dict) -> dict:
    """Call a function of the submission with fresh copies of plain data."""
    name, args, kwargs = request["name"], request["args"], request["kwargs"]
    function = shell.user_ns.get(name)
    if not callable(function):
        return {"missing": name}
    if request["through"]:
        function = partial(getattr(probes, request["through"]), function)
    try:
        with (
            cells.time_limit(request["seconds"]),
            contextlib.redirect_stdout(cells.Printed()),
            contextlib.redirect_stderr(cells.Printed()),
        ):
            value = function(*args, **kwargs)
        return {"value": value, "args": list(args), "kwargs": kwargs}
    except BaseException as error:
        return {"raised": _told(error, name)}


def _told(error: BaseException, name: str) -> list:
    """Type, text and line of an exception, whose own methods may be hostile."""
    try:
        with cells.time_limit(cells.AFTERWARDS):
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno or 0 for frame in frames if frame.name == name]
            return [str(type(error).__name__), str(error)[:500], (lines or [0])[-1]]
    except BaseException:
        return ["an exception", "", 0]


def probe(request: dict) -> dict:
    """Try what a hostile submission would try."""
    _succeeds(partial(os.kill, request["process"], signal.SIGKILL))
    return {
        "readable": [path for path in request["secrets"] if _reads(path)],
        "writes": _succeeds(lambda: open(request["writable"], "a")),
        "connects": _succeeds(lambda: socket.create_connection(("127.0.0.1", request["port"]), 1)),
        "forks": _succeeds(_fork),
    }


def _reads(path: str) -> bool:
    # A masked folder can be listed, and is empty.
    return _succeeds(lambda: open(path, "rb")) or bool(
        _succeeds(partial(os.listdir, path)) and os.listdir(path)
    )


def _succeeds(attempt: Any) -> bool:
    try:
        made = attempt()
    except OSError:
        return False
    if hasattr(made, "close"):
        made.close()
    return True


def _fork() -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


def converse(
    shell: Any,
    enclosure: seal.Enclosure | None,
    request: dict,
    stream: socket.socket,
    scratch: str,
) -> None:
    """In a forked candidate: give up what it may not have, then answer until nobody asks."""
    channel, bounds = Channel(stream), seal.Bounds(**request)
    try:
        if enclosure is None:
            os.chdir(scratch)
            layers = seal.limit(bounds)
        else:
            layers = seal.confine(enclosure, bounds, scratch)
    except OSError as error:
        channel.send({"refused": str(error)})
        return
    for standard in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), standard)
    os.closerange(3, stream.fileno())
    os.closerange(stream.fileno() + 1, 1024)
    _live_in(os.getcwd())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    channel.send({"layers": layers})
    while True:
        try:
            request = channel.receive()
        except EOFError:
            return
        if request["op"] == "load":
            reply = load(channel, shell, request)
        elif request["op"] == "call":
            reply = call(shell, request)
        else:
            reply = probe(request)
        try:
            channel.send({"id": request["id"], **reply})
        except wire.WireError as error:
            channel.send({"id": request["id"], "raised": ["ValueError", str(error), 0]})


def _draw_once() -> None:
    """Draw a figure, so that fonts and all that a first one loads are there for every child."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.set_title("$x^2$")
    with open(os.devnull, "wb") as nowhere:
        figure.savefig(nowhere, format="png", bbox_inches="tight")
    pyplot.close(figure)


def _live_in(folder: str) -> None:
    for name in ("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        os.environ[name] = folder


def forget_other_editions() -> None:
    """Keep only the edition that this module came from on the path of imports.

    Where the instructor's package is installed for development, its folder is on the path too;
    where it lies among the libraries, this edition comes first.
    """
    ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [
        entry
        for entry in sys.path
        if os.path.abspath(entry) == ours
        or entry.endswith("-packages")
        or not os.path.isdir(os.path.join(entry, "coursekit"))
    ]


def main() -> None:
    """Be the warm parent of candidates."""
    options, control = json.loads(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    seal.die_with_parent()
    forget_other_editions()
    view = seal.View(tuple(options["readable"]), tuple(options["masked"]))
    enclosure = seal.enclose(view) if options["seal"] else None
    held = enclosure or seal.Enclosure()
    _live_in(seal.SCRATCH if "files" in held.layers else options["home"])
    for name in options["preload"]:
        with contextlib.suppress(ImportError):  # whoever needs it will hear of it
            importlib.import_module(name)
    shell = cells.make_shell()
    if "matplotlib.pyplot" in sys.modules:
        _draw_once()
    warm.serve(
        control,
        {"refused": held.refused},
        partial(converse, shell, enclosure),
        before_fork=partial(seal.before_fork, held),
        after_fork=partial(seal.after_fork, held),
        scratch_folders="files" not in held.layers,
    )
    os._exit(0)  # nobody asks any more, and there is nothing to tidy up


if __name__ == "__main__":
    main()
