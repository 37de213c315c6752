"""Runs a notebook's cells in one IPython shell; their outputs are those a Jupyter front end shows.

There is no kernel and no socket: streams, results, displays, figures and errors are kept in order,
in the notebook format, as far as there is room. This is the untrusted side: whatever a cell does
to the shell, `run_cell` returns plain data for it and for the cells after it, but what these data
say is for people, never for points.

Unlike in a kernel, shell lines (`!cmd`, `%pip`, `%%bash`) are named and not run, `input()` raises,
`exit()` ends the cell, help that a front end shows in a pager is printed, an error's traceback
leaves out the frames of IPython and all paths of the machine, and a display of an earlier cell can
no longer be updated. What C code writes to descriptors 1 and 2 is not kept.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import importlib
import io
import json
import linecache
import os
import re
import sys
import types
import warnings
from signal import ITIMER_PROF, ITIMER_REAL, SIGALRM, SIGPROF, setitimer, signal
from typing import Any

from IPython.core.autocall import ExitAutocall
from IPython.core.builtin_trap import BuiltinTrap
from IPython.core.display_trap import DisplayTrap
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Type, default
from traitlets.config import Config

OUTPUT_LIMIT = 50_000  # characters that one cell may print, or of one plain text
DISPLAY_LIMIT = 2_000_000  # characters of one rich output, a figure say
CELL_LIMIT = 4_000_000  # characters of all rich outputs of a cell
MOST_OUTPUTS = 200  # outputs of a cell
MESSAGE_LIMIT = 2_000  # characters of an exception's text
FRAMES_SHOWN = 12
PATIENCE = 3  # code that only waits gets so many times its CPU time by the clock
AFTERWARDS = 1.0  # CPU seconds to describe what ended a cell

INLINE = "module://matplotlib_inline.backend_inline"
PACKAGERS = {"pip", "conda", "mamba", "micromamba", "uv"}
SCRIPTS = {"script", "bash", "sh", "cmd", "perl", "ruby", "js"}
SCRIPTS |= {"python", "python2", "python3", "pypy"}
# What the first cells would have IPython import: here once, and not in each candidate.
SOON = ("asyncio", "bdb", "hashlib", "IPython.core.logger", "IPython.core.magics.execution")


class OutOfTime(BaseException):
    """Code ran longer than it may; not an Exception, so that `except Exception` lets it by."""


class time_limit:
    """Raise `OutOfTime` in the block once it has used so much CPU time, and again until it ends.

    For the main thread only. The handlers stay, disarmed: a late signal must not kill the process.

    Parameters
    ----------
    seconds : float
        CPU time of all threads; by the clock the block gets `PATIENCE` times as long.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._armed = False

    def __enter__(self) -> None:
        self._armed = True
        signal(SIGPROF, self._ring)
        signal(SIGALRM, self._ring)
        # The alarms repeat: code that swallows one gets the next.
        setitimer(ITIMER_PROF, max(self._seconds, 0.01), 0.5)
        setitimer(ITIMER_REAL, max(PATIENCE * self._seconds, 0.01), 0.5)

    def __exit__(self, *_: object) -> None:
        self._armed = False
        setitimer(ITIMER_PROF, 0)
        setitimer(ITIMER_REAL, 0)

    def _ring(self, _: int, frame: types.FrameType | None) -> None:
        # In the steps around a block the exception would find nobody to catch it.
        if self._armed and (frame is None or frame.f_code not in _BOOKKEEPING):
            raise OutOfTime(f"stopped after {self._seconds:.3g} s")


# --- what a cell shows --------------------------------------------------------------------


class Outputs:
    """The outputs of one cell, in order; what there is no room for is counted, not kept."""

    def __init__(self) -> None:
        self.told: tuple[BaseException, list] | None = None
        self._clear_next = False
        self._empty()

    def write(self, name: str, text: str) -> None:
        """Add to a stream; writes that follow one another are one output."""
        self._make_way()
        kept = text[: max(OUTPUT_LIMIT - self._printed, 0)]
        if kept and self._items and self._items[-1].get("name") == name:
            self._items[-1]["text"].append(kept)
        elif kept and not self._add({"output_type": "stream", "name": name, "text": [kept]}):
            return
        self._printed += len(text)

    def display(self, data: Any, metadata: Any, display_id: Any = None, **more: Any) -> None:
        """Add a rich output; `more` are further fields of it."""
        self._make_way()
        output = {"output_type": "display_data", **more, **_rich(data, metadata)}
        if type(display_id) is str:
            self.update(output["data"], output["metadata"], display_id)
        size = _size(output)
        if size > self._room:
            self._left_out = True
        elif self._add(output):
            self._room -= size
            self._ids.append((display_id, output))

    def update(self, data: Any, metadata: Any, display_id: Any) -> None:
        """Change the outputs that were displayed under this id."""
        change = _rich(data, metadata)
        for _, output in [pair for pair in self._ids if pair[0] == display_id]:
            room = self._room + _size(output) - _size(change)
            if room >= 0:
                self._room = room
                output.update(change)

    def clear(self, wait: bool) -> None:
        """Forget what was shown: at once, or when the next output comes."""
        if wait:
            self._clear_next = True
        else:
            self._empty()

    def error(self, error: BaseException) -> None:
        """Add an exception as an output, and keep what `run_cell` says of it."""
        self._make_way()
        ename, evalue, frames = _name(error), _message(error), _frames(error)
        self.told = error, [ename, evalue[:500], _line(error, frames)]
        last = f"{ename}: {evalue}" if evalue else ename
        output = {"output_type": "error", "ename": ename, "evalue": evalue}
        self._add({**output, "traceback": [*_trace(error, frames), last]})

    def plain(self) -> list[dict]:
        """All outputs, in the notebook format."""
        outputs = [
            {**item, "text": "".join(item["text"])} if "text" in item else dict(item)
            for item in self._items
        ]
        cut = self._printed - OUTPUT_LIMIT
        if cut > 0:
            last = [output for output in outputs if output["output_type"] == "stream"][-1]
            last["text"] += f"\n[{cut:,} more characters left out]"
        if self._left_out:
            text = "[more outputs left out]\n"
            outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        return outputs

    def _add(self, output: dict) -> bool:
        fits = len(self._items) < MOST_OUTPUTS
        if not fits:
            self._left_out = True
            if output["output_type"] == "error":  # what ended the cell is always shown
                del self._items[MOST_OUTPUTS:]
        if fits or output["output_type"] == "error":
            self._items.append(output)
        return fits

    def _make_way(self) -> None:
        if self._clear_next:
            self._empty()

    def _empty(self) -> None:
        self._items: list[dict] = []
        self._ids: list[tuple[Any, dict]] = []
        self._printed, self._room = 0, CELL_LIMIT
        self._left_out = self._clear_next = False


def _exact(text: str, most: int) -> str:
    """The first characters of a text as a plain `str`: a subclass may do anything."""
    return str.__str__(text)[:most]


def _rich(data: Any, metadata: Any) -> dict[str, Any]:
    """Data and metadata of a rich output: texts and JSON, as far as there is room."""
    kept: dict[str, Any] = {}
    room = DISPLAY_LIMIT
    for kind, content in data.items():
        if not isinstance(kind, str):
            continue
        kind = _exact(kind, 100)
        if re.fullmatch(r"application/(.*\+)?json", kind):
            content, size = _json(content)
            if size < 0:
                continue
        else:
            if isinstance(content, bytes):
                content = base64.b64encode(content).decode("ascii")
            if not isinstance(content, str):
                continue
            size = str.__len__(content)
            content = _exact(content, DISPLAY_LIMIT)
            if kind == "text/plain" and size > OUTPUT_LIMIT:
                cut = f"\n[{size - OUTPUT_LIMIT:,} more characters left out]"
                content = content[:OUTPUT_LIMIT] + cut
                size = len(content)
        room -= size + len(kind)
        if room < 0:
            kept["text/plain"] = "[an output too large to keep]"
            break
        kept[kind] = content
    about, size = _json(metadata or {})
    return {"data": kept, "metadata": about if type(about) is dict and size < 10_000 else {}}


def _json(value: Any) -> tuple[Any, int]:
    """A copy of a value that is nothing but JSON, and its size, which is -1 if there is none."""
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None, -1
    return json.loads(text), len(text)


def _size(output: dict) -> int:
    return sum(
        len(content) if type(content) is str else len(json.dumps(content))
        for content in output["data"].values()
    )


# --- errors -------------------------------------------------------------------------------


def _name(error: BaseException) -> str:
    # A metaclass may lie about the name.
    return _exact(type.__dict__["__name__"].__get__(type(error)), 100)


def _message(error: BaseException) -> str:
    try:
        # A SyntaxError's own text names a file that IPython made up.
        text = error.msg if issubclass(type(error), SyntaxError) else error
        return _exact(str(text), MESSAGE_LIMIT)
    except OutOfTime:
        raise
    except BaseException:
        return "[its text cannot be shown]"


def _frames(error: BaseException) -> list[tuple[str, int, str]]:
    """File, line and function of each frame, outermost first, from the first in a cell on."""
    frames = []
    step = BaseException.__dict__["__traceback__"].__get__(error)  # the name may be taken
    while type(step) is types.TracebackType:
        code = step.tb_frame.f_code
        if code.co_filename != __file__:
            frames.append((code.co_filename, step.tb_lineno or 0, code.co_name))
        step = step.tb_next
    own = [i for i, (file, _, _) in enumerate(frames) if _cell(file)]
    return frames[own[0] :] if own else []


def _cell(file: str) -> str:
    """The name of the cell that IPython compiled as this file, or nothing."""
    found = re.match(r"<ipython-input-(\d+)-", file)
    return f"Cell In[{found[1]}]" if found else ""


def _line(error: BaseException, frames: list[tuple[str, int, str]]) -> int:
    """The last line in a cell that the exception came through, or 0."""
    if issubclass(type(error), SyntaxError) and not frames:
        return error.lineno if type(error.lineno) is int else 0
    return ([line for file, line, _ in frames if _cell(file)] or [0])[-1]


def _trace(error: BaseException, frames: list[tuple[str, int, str]]) -> list[str]:
    lines = []
    cut = len(frames) - FRAMES_SHOWN
    for i, (file, line, name) in enumerate(frames):
        if cut > 0 and i == FRAMES_SHOWN // 2:
            lines.append(f"[{cut} more calls]")
        if cut > 0 and FRAMES_SHOWN // 2 <= i < FRAMES_SHOWN // 2 + cut:
            continue
        # Of other files only the last parts of the path: the rest is of this machine.
        place = _cell(file) or "/".join(file.split(os.sep)[-2:])
        lines.append(f"{place}, line {line}" + (f", in {name}" if name != "<module>" else ""))
        if _cell(file):
            lines.append("    " + linecache.getline(file, line).strip()[:200])
    if issubclass(type(error), SyntaxError) and not frames and type(error.text) is str:
        text = _exact(error.text, 200).rstrip("\n")
        place = _cell(str(error.filename)) or "the code"
        lines += [f"{place}, line {_line(error, frames)}", "    " + text]
        if type(error.offset) is int and 0 < error.offset <= len(text) + 1:
            lines.append(" " * (error.offset + 3) + "^")
    return lines


# --- the shell ----------------------------------------------------------------------------


class Printed(io.TextIOBase):
    """A stream that writes to the outputs of the cell that runs, and drops what comes between."""

    encoding = "UTF-8"

    def __init__(self, name: str = "stdout") -> None:
        self.name = name
        self.outputs: Outputs | None = None

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        text = str.__str__(text)
        if text and self.outputs is not None:
            self.outputs.write(self.name, text)
        return len(text)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass  # a cell that closes its stream would close that of all cells


class _Hook(DisplayHook):
    """Keeps the result of a cell as an output."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.outputs.display(
            format_dict,
            md_dict,
            output_type="execute_result",
            execution_count=max(self.prompt_count, 0),
        )

    def log_output(self, format_dict: dict) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        self._validate_data(data, metadata)
        display_id = (transient or {}).get("display_id")
        show = self.shell.outputs.update if update else self.shell.outputs.display
        show(data, metadata, display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class _Exit(ExitAutocall):
    """`exit` and `quit` end the cell."""

    def __call__(self, *_: object, **__: object) -> None:
        raise SystemExit


def _no_input(prompt: object = "") -> str:
    raise StdinNotImplementedError("input() was called, but nobody answers while grading.")


class ZMQInteractiveShell(InteractiveShell):
    """A shell whose outputs are kept; named as ipykernel's, by which libraries know a notebook."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **more: Any) -> None:
        self.outputs = Outputs()
        self._loop: Any = None
        self._own = Printed("stdout"), Printed("stderr")
        self._streams: tuple[Any, Any] = self._own  # what cells left as sys.stdout and stderr
        super().__init__(**more)

    # What would write files, ask the terminal or look for another environment.
    def init_ipython_dir(self, ipython_dir: Any) -> None: ...
    def init_profile_dir(self, profile_dir: Any) -> None: ...
    def init_virtualenv(self) -> None: ...

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", _page, 0)

    def begin(self, outputs: Outputs) -> None:
        """Send what is shown to these outputs."""
        sys.stdout, sys.stderr = self._streams
        self.outputs = self._own[0].outputs = self._own[1].outputs = outputs
        # An alarm may have stopped the last cell anywhere, in these traps as well.
        self.display_trap = DisplayTrap(hook=self.displayhook)
        self.builtin_trap = BuiltinTrap(shell=self)
        self.builtin_trap.auto_builtins["input"] = _no_input

    def end(self) -> None:
        """Drop what is shown from now on."""
        self._streams = sys.stdout, sys.stderr
        self._own[0].outputs = self._own[1].outputs = None

    # Errors: in a notebook's format, without IPython's own formatting, which takes long.
    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if issubclass(type(error), UsageError):
            self.outputs.told = error, [_name(error), _message(error)[:500], 0]
            print(f"UsageError: {_message(error)}", file=sys.stderr)
        elif error is None:
            print("No traceback available to show.", file=sys.stderr)
        elif type(error) is not GeneratorExit:  # a coroutine that is closed shows nothing
            self.outputs.error(error)

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        self.showtraceback()

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict:
        return {}

    # IPython copies all that is printed into its history; a kernel does not, and here it would
    # take memory without end.
    def _tee(self, channel: str) -> Any:
        return contextlib.nullcontext()

    # Shell lines: named, not run.
    def system(self, cmd: str) -> None:
        self._not_run(f"!{cmd}")

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        self._not_run(f"!{cmd}")
        return SList() if split else LSString()

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if magic_name in PACKAGERS:
            return self._not_run(f"%{magic_name} {line}")
        return super().run_line_magic(magic_name, line, _stack_depth + 1)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        if magic_name in SCRIPTS:
            return self._not_run(f"%%{magic_name} {line}")
        return super().run_cell_magic(magic_name, line, cell)

    def _not_run(self, command: str) -> None:
        print(f"[not run while grading: {' '.join(command.split())[:200]}]")

    # Figures are shown inline, whatever window a notebook asks for.
    def enable_matplotlib(self, gui: str | None = None) -> Any:
        return super().enable_matplotlib("inline")

    def enable_gui(self, gui: str | None = None) -> None: ...

    @default("exiter")
    def _exiter_default(self) -> _Exit:
        return _Exit(self)

    @default("loop_runner")
    def _default_loop_runner(self) -> Any:
        return self._run_in_loop

    def _run_in_loop(self, coroutine: Any) -> Any:
        import asyncio

        self._loop = self._loop or asyncio.new_event_loop()
        try:
            return self._loop.run_until_complete(coroutine)
        except BaseException:
            # Stopped on the way: what is left of it must not go on in a later cell.
            stopped, self._loop = self._loop, None
            stopped.set_exception_handler(lambda *_: None)
            coroutine.close()
            stopped.close()
            raise


def _page(_: Any, data: Any, start: int = 0, screen_lines: int = 0) -> None:
    text = data.get("text/plain", "") if isinstance(data, dict) else data
    text = re.sub(r"\x1b\[[\d;]*m", "", text)
    print(re.sub(r"(?m)^File:.*\n", "", text))


def make_shell() -> ZMQInteractiveShell:
    """A fresh shell, the one of this process: no history on disk, no thread, no colors.

    To be called before a fork, after Matplotlib was imported if a warm parent does that.
    """
    for name in SOON:
        importlib.import_module(name)
    for kind in (ZMQInteractiveShell, InteractiveShell):
        kind.clear_instance()
    config = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}})
    shell = ZMQInteractiveShell.instance(config=config, colors="nocolor")
    warnings.filterwarnings("ignore", "To exit: use 'exit'")  # said after sys.exit()
    # As in a kernel: figures are inline without `%matplotlib inline` too.
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib" in sys.modules:
        shell.enable_matplotlib()
    return shell


def run_cell(shell: ZMQInteractiveShell, source: str, seconds: float) -> dict[str, Any]:
    """Run one cell as a notebook would.

    Parameters
    ----------
    shell : ZMQInteractiveShell
        From `make_shell`, in this process or its parent.
    source : str
    seconds : float
        CPU time that the cell may take, the display of its results included; see `time_limit`.

    Returns
    -------
    dict
        "outputs": list of dict, in the notebook format. "raised": None, or [type, message, line]
        of the exception that ended the cell, with line 0 where it came from none of a cell's.
    """
    outputs = Outputs()
    result = failure = raised = None
    before = sys.stdout, sys.stderr, sys.displayhook
    watchers = sys.gettrace(), sys.getprofile()
    # Bare excepts: the cell may have replaced the builtins that others name.
    try:
        shell.begin(outputs)
        with time_limit(seconds):
            result = shell.run_cell(source, store_history=True)
            failure = result.error_before_exec
            if failure is None:
                failure = result.error_in_exec
    except:  # noqa: E722
        failure = sys.exc_info()[1]
    sys.settrace(watchers[0])
    sys.setprofile(watchers[1])
    try:
        if failure is not None:
            raised = [_name(failure), "", 0]
            with time_limit(AFTERWARDS):
                if outputs.told is None or outputs.told[0] is not failure:
                    outputs.error(failure)
                raised = outputs.told[1]
                shell.last_execution_result = result = None
                _forget(failure)
    except:  # noqa: E722
        pass
    shown: list[dict] = []
    try:
        shell.end()
        shown = outputs.plain()
    except:  # noqa: E722
        pass
    sys.stdout, sys.stderr, sys.displayhook = before
    return {"outputs": shown, "raised": raised}


def _forget(failure: BaseException) -> None:
    """Let go of a failed cell's frames: what they hold may be all the memory there is."""
    cause: BaseException | None = failure
    for _ in range(20):
        if cause is None:
            break
        cause.__traceback__ = None
        cause = cause.__context__
    if isinstance(failure, MemoryError):
        gc.collect()


_BOOKKEEPING = {run_cell.__code__, time_limit.__enter__.__code__, time_limit.__exit__.__code__}
