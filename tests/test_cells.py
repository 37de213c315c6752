"""Cells in a plain shell show what they show in a kernel, and none of them breaks out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from coursekit.grading import cells, wire

# As in grading: the shell is made in a parent, the cells of each test run in a fork of it.
PARENT = """
import builtins, json, os, signal, sys, time
from coursekit.grading import cells
# As a candidate does it: what runs in the background of a script starts with Ctrl-C ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
shell = cells.make_shell()
names = vars(builtins)
saved = dict(names)
for line in sys.stdin:
    sources, seconds, answer = json.loads(line)
    child = os.fork()
    if not child:
        done = [cells.run_cell(shell, source, seconds) for source in sources]
        names.update(saved)
        with open(answer, "w") as file:
            json.dump(done, file, allow_nan=False)
        os._exit(0)
    for _ in range(6000):
        if os.waitpid(child, os.WNOHANG)[0]:
            break
        time.sleep(0.01)
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
    print("done", file=sys.__stderr__, flush=True)
"""


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    ) as process:
        yield process, folder
        process.stdin.close()


@pytest.fixture
def run(parent):
    """Run cells one after another in a fresh shell; what `run_cell` says of each."""
    process, folder = parent

    def run(*sources: str, seconds: float = 10) -> list[dict]:
        answer = folder / "answer.json"
        answer.unlink(missing_ok=True)
        process.stdin.write(json.dumps([sources, seconds, str(answer)]) + "\n")
        process.stdin.flush()
        said = []
        for line in process.stderr:
            if line == "done\n":
                break
            said.append(line)
        assert answer.is_file(), "".join(said)
        results = json.loads(answer.read_text())
        assert len(results) == len(sources)
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(outputs=r["outputs"]) for r in results]
        nbformat.validate(notebook)
        wire.decode(wire.encode(results))
        return results

    return run


def text_of(result: dict, name: str = "stdout") -> str:
    return "".join(out["text"] for out in result["outputs"] if out.get("name") == name)


def error_of(result: dict) -> dict:
    [error] = [out for out in result["outputs"] if out["output_type"] == "error"]
    return error


QUIET = """
import os, sys, threading
import IPython.core.interactiveshell
seen = []
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def watch(event, args):
    if event == "open" and args[2] & writing:
        seen.append([event, str(args[0])])
    if event.split(".")[0] in ("socket", "sqlite3", "subprocess") or event == "os.mkdir":
        seen.append([event, str(args)])
sys.addaudithook(watch)
from coursekit.grading import cells
before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
shell = cells.make_shell()
after = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
assert "matplotlib" not in sys.modules
assert not [e for e in seen if "__pycache__" not in e[1]], seen
assert len(before) == len(after)
assert threading.active_count() == 1
"""


def test_a_new_shell_leaves_no_trace(tmp_path):
    """No thread, file, folder or socket: it is made before a fork, with nowhere to write."""
    subprocess.run(
        [sys.executable, "-B", "-c", QUIET],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path / "none")},
    )
    assert not list(tmp_path.iterdir())


# --- as in a kernel -----------------------------------------------------------------------

CORPUS = [
    "print('a'); import sys; print('e', file=sys.stderr); print('b', end='')",
    "print('a'); display(1); print('b'); display('x', 2); 3",
    "1 + 1",
    "2 + 2;",
    "print('a\\rb\\rc', end='')",
    "'text'",
    "None",
    "",
    "# nothing but a comment",
    "_, _3, In[3], Out[3], __name__",
    "from IPython.display import HTML, Image, Markdown, Math, JSON, clear_output, update_display\n"
    "display(HTML('<b>x</b>'), Markdown('*x*'), JSON({'a': [1, 2.5, None]}))\nMath('x^2')",
    "display({'text/plain': 'raw', 'text/html': '<i>raw</i>'}, raw=True, metadata={'a': {'b': 1}})",
    "class R:\n    def _repr_mimebundle_(self, **kw):\n"
    "        return {'text/plain': 'r', 'text/html': '<r>'}, {'text/html': {'a': True}}\nR()",
    "handle = display('first', display_id='one'); print('between'); update_display('second', "
    "display_id='one')",
    "h = display('x', display_id=True); h.update('y'); h.display('z')",
    "print('gone'); display(1); clear_output(); print('stays')",
    "print('gone'); clear_output(wait=True); print('stays'); clear_output(wait=True)",
    "5",
    "def f(n):\n    return 1 / n\nprint('before')\nf(0)",
    "def broken(:\n    pass",
    "  x = 1\n y = 2",
    "return 5",
    "assert 1 == 2, 'message'",
    "raise KeyError('k')",
    "class Own(BaseException): pass\nraise Own('own', 3)",
    "raise KeyboardInterrupt",
    "raise GeneratorExit('g')",
    "import sys; sys.exit(3)",
    "class B:\n    def __repr__(self): raise ValueError('no repr')\nB()",
    "class H:\n    def _repr_html_(self): raise ValueError('no html')\n"
    "    def __repr__(self): return 'plain'\nH()",
    "%nosuchmagic 3",
    "%%nosuchcell\n3",
    "%%time\ntimed = 3",
    "%timeit -n1 -r1 timed",
    "%%capture kept\nprint('hidden'); display(1); 5",
    "kept.stdout, len(kept.outputs)",
    "kept.show()",
    "%load_ext autoreload\n%autoreload 2",
    "%load_ext no_such_extension",
    "%config InteractiveShell.ast_node_interactivity = 'all'",
    "1; 2\n3",
    "%config InteractiveShell.ast_node_interactivity = 'last_expr'",
    "import asyncio\nawait asyncio.sleep(0.01, 'slept')",
    "import warnings; warnings.warn('careful')",
    "import logging; logging.getLogger().warning('logged')",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
    "plt.plot([1, 3, 2]); print('after')",
    "fig = plt.figure(); plt.plot([0, 1]); plt.show(); print('after'); plt.close()",
    "fig = plt.figure(); plt.plot([0, 1]); plt.close()",
    "plt.figure(); plt.plot([2, 1]); raise ValueError('with a figure')",
    "fig",
    "import inspect; print(inspect.getsource(f))",
    "help(abs)",
    "%%html\n<p>cell</p>",
    "%%writefile written.py\nwritten = 7",
    "%run written.py\nwritten",
    "%who_ls int",
    "x: int = 3\nwith open('t.txt', 'w') as t:\n    t.write('t')\nx, __file__",
]


def normal(outputs: list[dict]) -> list:
    """Outputs without what differs from run to run, or by design."""
    kept: list = []
    streams: dict[str, str] = {}
    for output in [*outputs, {"output_type": "end"}]:
        if output["output_type"] == "stream":
            # A kernel flushes two buffers by the clock: the order of the two is not kept.
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
            continue
        kept += [(name, _steady(text)) for name, text in sorted(streams.items()) if _steady(text)]
        streams = {}
        output = {k: v for k, v in output.items() if k != "traceback"}
        if output["output_type"] == "error":
            # "invalid syntax (4028.py, line 1)", in which the file's name is made up.
            output["evalue"] = re.sub(r" \(\S+, line \d+\)$", "", output["evalue"])
        data = dict(output.pop("data", {}))
        kept.append((json.loads(_steady(json.dumps(output))), data.pop("image/png", None)))
        kept.append({kind: _steady(str(content)) for kind, content in data.items()})
    return kept


def _steady(text: str) -> str:
    text = re.sub(r"\S*(ipykernel_\d+/\d+\.py|<ipython-input-\S+>):", "CELL:", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"[\d.]+(e[+-]\d+)? (ns|[μµu]s|ms|s)\b", "TIME", text)
    # `sys.exit()`: a warning of IPython's own, with its path.
    return re.sub(r"\S+: UserWarning: To exit: use.*\n.*\n", "", text)


def test_as_in_a_kernel(run, tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in CORPUS]
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources=where).execute()
    ours = [normal(result["outputs"]) for result in run(*CORPUS)]
    theirs = [normal(cell.outputs) for cell in notebook.cells]
    differing = [rows for rows in zip(CORPUS, ours, theirs, strict=True) if rows[1] != rows[2]]
    assert not differing


# --- unlike in a kernel, by design --------------------------------------------------------


def test_streams_keep_their_order(run):
    [result] = run("import sys\nfor i in range(2):\n    print(i); print(i, file=sys.stderr)")
    assert [(out["name"], out["text"]) for out in result["outputs"]] == [
        ("stdout", "0\n"),
        ("stderr", "0\n"),
        ("stdout", "1\n"),
        ("stderr", "1\n"),
    ]


def test_a_stream_put_aside_comes_back(run):
    *_, hidden, shown = run(
        "import io, sys\nold = sys.stdout\nsys.stdout = io.StringIO()",
        "print('hidden')",
        "sys.stdout = old\nprint('shown')",
    )
    assert (text_of(hidden), text_of(shown)) == ("", "shown\n")


def test_a_handler_of_an_earlier_cell_writes_to_the_cell_that_runs(run):
    _, later = run("import sys; log = sys.stderr", "print('here', file=log)")
    assert text_of(later, "stderr") == "here\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!pip install  x", "!pip install x"),
        ("x = !ls", "!ls"),
        ("!!ls -l", "!ls -l"),
        ("%pip install y", "%pip install y"),
        ("%conda install y", "%conda install y"),
        ("%sx ls", "!ls"),
        ("%ls", "!ls"),
        ("get_ipython().system('ls')", "!ls"),
    ],
)
def test_shell_lines_are_named_and_not_run(run, line, said):
    [result] = run(f"{line}\ndef solution(): return 4\nprint(solution())")
    lines = text_of(result).splitlines()
    assert lines[0].startswith(f"[not run while grading: {said}")
    assert lines[-1] == "4"
    assert result["raised"] is None


@pytest.mark.parametrize("magic", ["bash", "sh", "script bash", "python3", "perl"])
def test_script_cells_are_named_and_not_run(run, magic):
    [result] = run(f"%%{magic}\necho ran > ran.txt\n")
    assert text_of(result) == f"[not run while grading: %%{magic}]\n".replace("bash ]", "bash]")
    assert result["raised"] is None


@pytest.mark.parametrize("call", ["input('name? ')", "breakpoint()"])
def test_nobody_answers(run, call):
    result, after = run(call, "6")
    assert result["raised"][0] == "StdinNotImplementedError"
    assert "nobody answers" in result["raised"][1]
    assert after["outputs"][0]["data"] == {"text/plain": "6"}


@pytest.mark.parametrize("leave", ["exit", "exit()", "quit(0)", "import sys; sys.exit()"])
def test_leaving_ends_the_cell_and_not_the_process(run, leave):
    [result, line, after] = run(leave, f"if 1: {leave}()".replace("()()", "()"), "print('here')")
    assert result["raised"][0] == "SystemExit"
    assert line["raised"][0] in ("SystemExit", "TypeError")
    assert text_of(after) == "here\n"


@pytest.mark.parametrize("question", ["solve?", "?solve"])
def test_help_is_printed(run, question):
    _, result = run("def solve(x):\n    'Solves it.'", question)
    assert "Solves it." in text_of(result)
    assert "File:" not in text_of(result)


def test_a_gui_backend_becomes_inline(run):
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"
    results = run("%matplotlib qt", figure, "%matplotlib widget\n" + figure)
    for result in results[1:]:
        assert "image/png" in result["outputs"][-1]["data"]


# --- errors -------------------------------------------------------------------------------


def test_a_traceback_names_cells_and_no_path(run):
    _, result = run("import json\ndef f(x):\n    return json.loads(x)", "print(1)\n\nf('{')")
    assert result["raised"][0] == "JSONDecodeError"
    assert result["raised"][2] == 3
    trace = error_of(result)["traceback"]
    assert trace[:4] == [
        "Cell In[2], line 3",
        "    f('{')",
        "Cell In[1], line 3, in f",
        "    return json.loads(x)",
    ]
    assert trace[4].startswith("json/__init__.py, line ")
    assert "\x1b" not in "".join(trace)


def test_a_long_traceback_is_trimmed(run):
    [result] = run("def f(): f()\nf()")
    assert result["raised"][0] == "RecursionError"
    assert result["raised"][2] == 1
    assert len(error_of(result)["traceback"]) < 30


def test_a_syntax_error_has_its_line(run):
    [result] = run("x = 1\ny = = 2")
    assert result["raised"] == ["SyntaxError", "invalid syntax", 2]
    assert error_of(result)["traceback"] == [
        "Cell In[1], line 2",
        "    y = = 2",
        "        ^",
        "SyntaxError: invalid syntax",
    ]


def test_an_error_in_a_repr_does_not_end_the_cell(run):
    [result] = run("class B:\n    def __repr__(self): 1/0\ndisplay(B())\ndone = 1\nprint(done)")
    assert result["raised"] is None
    assert text_of(result) == "1\n"


def test_memory_of_a_failed_cell_is_let_go(run):
    *_, result = run(
        "import weakref\nclass Big: pass",
        "def f():\n    global ref\n    big = Big()\n    ref = weakref.ref(big)\n    1/0\nf()",
        "print(ref())",
    )
    assert text_of(result) == "None\n"


# --- room ---------------------------------------------------------------------------------


def test_what_a_cell_prints_is_cut(run):
    more = "import sys\nfor _ in range(60_000): print('x' * 99)\nprint('!', file=sys.stderr)"
    [result] = run(more, seconds=60)
    printed = text_of(result)
    assert len(printed) < cells.OUTPUT_LIMIT + 100
    cut = 60_000 * 100 + 2 - cells.OUTPUT_LIMIT
    assert printed.endswith(f"[{cut:,} more characters left out]")


def test_a_loop_of_prints_costs_no_memory(run):
    [result] = run(
        "import resource\nused = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = used()\nfor _ in range(20): print('x' * 10_000_000)\n"
        "for _ in range(2000): display('x' * 40_000)\n"
        "grown = used() - before\nassert grown < 60_000, grown",
        seconds=60,
    )
    assert result["raised"] is None


@pytest.mark.parametrize(
    "loop",
    [
        "for i in range(5000): display(i)",
        "import sys\nfor i in range(5000): print(i); print(i, file=sys.stderr)",
        "for i in range(5000): display({'text/html': 'x' * 100_000}, raw=True)",
        "class B:\n    def __repr__(self): 1/0\nfor i in range(5000): display(B())",
    ],
)
def test_a_loop_of_outputs_is_cut(run, loop):
    [result] = run(f"{loop}\nraise ValueError('last')", seconds=60)
    assert result["raised"][:2] == ["ValueError", "last"]
    assert "last" in [out.get("evalue") for out in result["outputs"]]
    assert len(result["outputs"]) <= cells.MOST_OUTPUTS + 2
    assert len(json.dumps(result)) < cells.CELL_LIMIT + 200_000
    assert "[more outputs left out]" in text_of(result)


def test_updates_and_clearing_take_no_room(run):
    [updated, cleared] = run(
        "h = display('', display_id=True)\nfor i in range(300): h.update(f'{i:30000d}')",
        "from IPython.display import clear_output\n"
        "for i in range(300): clear_output(wait=True); print(i, 'x' * 20_000)",
    )
    assert [len(updated["outputs"]), len(cleared["outputs"])] == [1, 1]
    assert updated["outputs"][0]["data"]["text/plain"].endswith("299'")
    assert text_of(cleared).startswith("299 ")
    assert "left out" not in text_of(cleared)


def test_a_huge_output_is_named_and_not_kept(run):
    [result] = run(
        "display({'image/png': 'A' * 3_000_000, 'text/plain': 'x'}, raw=True)\n"
        "display({'text/plain': 'y' * 60_000}, raw=True)\n"
        "display({'application/json': {'a': float('nan'), 'b': object()}}, raw=True)"
    )
    [huge, long, odd] = [out["data"] for out in result["outputs"]]
    assert huge == {"text/plain": "[an output too large to keep]"}
    assert long["text/plain"].endswith("y\n[10,000 more characters left out]")
    assert odd == {}


# --- time ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endless",
    [
        "while True: pass",
        "import time; time.sleep(100)",
        "class L:\n    def __repr__(self):\n        while True: pass\nL()",
        "class L:\n    def _repr_html_(self):\n        while True: pass\ndisplay(L())",
        "class L(Exception):\n    def __str__(self):\n        while True: pass\nraise L",
        "for _ in range(3):\n    try:\n        while True: pass\n    except BaseException: pass\n"
        "while True: pass",
        "import asyncio\nawait asyncio.sleep(100)\nprint('too late')",
        "async def f():\n    while True: pass\nawait f()",
        "while True: print('x')",
        "while True: display(1)",
        "%time [0 for _ in iter(int, 1)]",
        "import threading\nt = threading.Thread(target=lambda: [0 for _ in iter(int, 1)])\n"
        "t.daemon = True; t.start(); t.join()",
        "get_ipython().events.register('post_execute', lambda: [0 for _ in iter(int, 1)])",
    ],
)
def test_an_endless_cell_is_stopped(run, endless):
    result, after = run(endless, "get_ipython().events.callbacks['post_execute']\nprint('next')",
                        seconds=0.3)  # fmt: skip
    assert result["raised"][0] == "OutOfTime"
    assert "too late" not in text_of(after)
    assert text_of(after) == "next\n"


# Alarms every 0.2 ms, from at once to after the cell.
OFTEN = """
import random
from coursekit.grading import cells
alarm, draw = cells.setitimer, random.Random({seed}).random
cells.setitimer = lambda which, first, again=0: alarm(
    which, first and 1.5e-3 * draw(), again and 2e-4
)
"""


@pytest.mark.parametrize("seed", range(3))
def test_an_alarm_at_any_moment_does_not_escape(run, seed):
    few = ["x = 1", "1/0", "print(1); 5", "display(3)", "import sys; sys.exit()", "def f(:"]
    calm = "cells.setitimer = alarm\nprint('calm')\n5"
    *_, last = run(OFTEN.format(seed=seed), *(few * 100), *[calm] * 20)
    assert text_of(last) == "calm\n"
    assert last["outputs"][-1]["data"] == {"text/plain": "5"}


# --- tampering ----------------------------------------------------------------------------

# What a cell does, and what it must be said to have raised: a name, or None. The cells after it
# show what they would have.
HARMLESS = {
    "class E(BaseException): pass\nraise E": "E",
    "raise GeneratorExit": "GeneratorExit",
    "raise StopIteration": "StopIteration",
    "class E(Exception):\n    def __str__(self): 1/0\nraise E": "E",
    "class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise E": "E",
    "class E(Exception):\n    def __str__(self): return 5\nraise E": "E",
    "class E(Exception):\n    def __str__(self): return 'x' * 10**8\nraise E": "E",
    "class E(Exception):\n    def __bool__(self): return False\nraise E": "E",
    "class E(Exception):\n    def __eq__(self, other): 1/0\nraise E": "E",
    "class E(Exception):\n    __traceback__ = property(lambda self: 1/0)\nraise E": "E",
    "class E(Exception):\n    def __getattribute__(self, name): 1/0\nraise E": "E",
    "class S(str):\n    def __getitem__(self, i): 1/0\n    def __len__(self): 1/0\n"
    "class E(Exception):\n    def __str__(self): return S('s')\nraise E": "E",
    "class M(type):\n    __name__ = property(lambda cls: 1/0)\n"
    "class E(Exception, metaclass=M): pass\nraise E": "E",
    "raise type('N' * 10**6, (Exception,), {})": "N" * 100,
    "raise SyntaxError('odd', (object(), 'x', [], 3))": "SyntaxError",
    "e = SyntaxError('m'); e.msg = 5; e.text = 6; e.lineno = e.offset = 'x'; raise e": (
        "SyntaxError"
    ),
    "e = ValueError('a'); e.__context__ = ValueError('b'); e.__context__.__cause__ = e; raise e": (
        "ValueError"
    ),
    "raise ExceptionGroup('several', [ValueError(1), KeyError(2)])": "ExceptionGroup",
    "raise get_ipython().exiter": "TypeError",
    "class B:\n    def __repr__(self): return 5\nB()": None,
    "class B:\n    def __repr__(self): raise KeyboardInterrupt\nB()": "KeyboardInterrupt",
    "class B:\n    def __repr__(self): return 'x' * 10**8\nB()": None,
    "class B:\n    def __getattr__(self, name): return B()\nB();": None,
    "class B:\n    def _repr_html_(self): return 5\nB()": None,
    "class B:\n    def _repr_mimebundle_(self, **_): return {5: 6, 'text/html': object()}\nB()": (
        None
    ),
    "display({'text/plain': 5}, raw=True)": None,
    "display({'x' * 10**6: 'y'}, raw=True)": None,
    "d = {}; d['d'] = d\ndisplay({'application/json': d}, raw=True)": None,
    "display(1, metadata={'a': object()})": None,
    "display(1, display_id=[])": None,
    "get_ipython().display_pub.publish('no dict')": "TypeError",
    "import sys; sys.stdout.close(); sys.stderr.close(); sys.__stdout__ = None": None,
    "import sys; del sys.stdout.outputs": None,
    "import sys; sys.displayhook = None": None,
    "import sys; sys.displayhook = sys.excepthook = sys.exit": None,
    "import sys; sys.stdout.write(5)": "TypeError",
    "import sys; sys.stdout.fileno()": "UnsupportedOperation",
    "import os; os.write(1, b'past the shell'); os.close(0); os.close(1)": None,
    "import builtins; builtins.display = None; builtins.input = None": None,
    "import signal; signal.signal(signal.SIGPROF, signal.SIG_IGN)": None,
    "import signal; signal.setitimer(signal.ITIMER_PROF, 0)": None,
    "import signal, os; os.kill(os.getpid(), signal.SIGALRM)": "OutOfTime",
    # Python may take some turns until it handles a signal.
    "import signal\nsignal.raise_signal(signal.SIGINT)\nfor _ in range(10**6): pass": (
        "KeyboardInterrupt"
    ),
    "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.1), 1/0)).start()": None,
    "import sys\ndef trace(*_): 1/0\nsys.settrace(trace)\n(lambda: 0)()": "ZeroDivisionError",
    "import sys\ndef trace(*_): 1/0\nsys.setprofile(trace)": "ZeroDivisionError",
    "import sys; sys.last_value = sys.last_traceback = 5": None,
    "import gc; gc.disable()": None,
    "In.clear(); Out.clear(); del In, Out, _, __": None,
    "get_ipython().history_manager.reset()": None,
    "get_ipython().execution_count = -5": None,
    "get_ipython().showtraceback()": None,
    "get_ipython().showtraceback(5)": "TypeError",
    "get_ipython().run_cell('1/0')": None,
    "%tb": None,
    "%debug": None,
    "%xmode Verbose\n%pdb on\n1/0": "ZeroDivisionError",
    "%reset -f": None,
    "%store x": "UsageError",
    "%history": None,
    "%lsmagic": None,
    "%killbgscripts": None,
    "%env PATH": None,
    "yield 1": "SyntaxError",
    "x = '\\ud800'; print(x); x": None,
    "x = 'a": "SyntaxError",
    "(" * 500: "SyntaxError",
    "%%time": "UsageError",
    "!": None,
    "?": None,
    "\0": "SyntaxError",
}


@pytest.mark.parametrize(("cell", "raised"), HARMLESS.items(), ids=range(len(HARMLESS)))
def test_an_odd_cell_spoils_no_other(run, cell, raised):
    first, after = run(cell, "print('next')\n6")
    assert (first["raised"] or [None])[0] == raised
    assert text_of(after).endswith("next\n")
    assert after["outputs"][-1]["data"] == {"text/plain": "6"}


# What spoils the shell: the cells after it show what they can, and each gets its answer.
TAMPERING = [
    "import sys; sys.stdout = None",
    "import sys; sys.stdout = sys.stderr = 5",
    "import sys; sys.stdin = sys.stdout = sys.stderr = None",
    "import linecache; linecache.getline = None; 1/0",
    "import builtins; builtins.print = builtins.len = builtins.isinstance = None",
    "import builtins\nfor name in ('str', 'type', 'dict', 'getattr', 'BaseException', 'sum'):\n"
    "    setattr(builtins, name, None)",
    "import builtins; vars(builtins).clear()",
    "import sys; sys.setrecursionlimit(60)",
    "import sys; sys.modules.clear()",
    "get_ipython().user_ns.clear()",
    "ip = get_ipython()\nfor name in list(vars(ip)):\n"
    "    try: setattr(ip, name, None)\n    except BaseException: pass",
    "get_ipython().run_cell = lambda *_, **__: 1/0",
    "get_ipython().run_cell = lambda *_, **__: 5",
    "type(get_ipython()).run_cell = None",
    "type(get_ipython()).begin = type(get_ipython()).end = None",
    "get_ipython().showtraceback = lambda *_, **__: 1/0\n1/0",
    "type(get_ipython()).showtraceback = None\n1/0",
    "get_ipython()._showtraceback = None\n1/0",
    "get_ipython().set_custom_exc((BaseException,), lambda *_, **__: 1/0)\n1/0",
    "def handler(*_, **__):\n    raise SystemExit\n"
    "get_ipython().set_custom_exc((Exception,), handler)\n1/0",
    "get_ipython().custom_exceptions = 5\n1/0",
    "get_ipython().CustomTB = None; get_ipython().custom_exceptions = (Exception,)\n1/0",
    "get_ipython().input_transformers_post.append(lambda lines: 1/0)",
    "get_ipython().input_transformers_post.append(lambda lines: 5)",
    "get_ipython().input_transformers_cleanup.append(exit)",
    "def bad(lines): raise KeyboardInterrupt\nget_ipython().input_transformers_post.append(bad)",
    "get_ipython().input_transformers_post.append(lambda lines: ['while True: pass'])",
    "get_ipython().ast_transformers.append(5)",
    "class T:\n    def visit(self, node): raise SystemExit\n"
    "get_ipython().ast_transformers.append(T())",
    "class T:\n    def visit(self, node): return None\nget_ipython().ast_transformers.append(T())",
    "get_ipython().events.callbacks.clear()",
    "get_ipython().events.register('pre_run_cell', lambda _: 1/0)",
    "get_ipython().events.register('post_run_cell', exit)",
    "def bad(): raise BaseException\nget_ipython().events.register('post_execute', bad)",
    "get_ipython().events = None",
    "get_ipython().displayhook = get_ipython().display_pub = None",
    "type(get_ipython().displayhook).__call__ = None",
    "type(get_ipython().displayhook).write_format_data = lambda *_: 1/0",
    "get_ipython().display_formatter = None",
    "get_ipython().display_formatter.formatters['text/plain'].for_type(int, lambda *_: 1/0)",
    "get_ipython().display_formatter.formatters.clear()",
    "get_ipython().outputs = None",
    "get_ipython().outputs._items.append(5)",
    "get_ipython().outputs.told = 5\n1/0",
    "get_ipython().magics_manager = None\n%time",
    "get_ipython().history_manager = None",
    "get_ipython().history_manager.input_hist_parsed = None",
    "get_ipython().compile = None",
    "get_ipython().builtin_trap = 5",
    "get_ipython().trio_runner = 5",
    "get_ipython().loop_runner = lambda _: 1/0\nawait 5",
    "import asyncio; asyncio.new_event_loop = None",
    "import asyncio; asyncio.get_running_loop().stop(); await asyncio.sleep(1)",
    "import asyncio; asyncio.get_running_loop().close()\nawait asyncio.sleep(0)",
    "from IPython.core.interactiveshell import InteractiveShell as I; I.clear_instance()",
    "from coursekit.grading import cells\ncells.Outputs.plain = None",
    "import matplotlib.pyplot as plt; plt.plot(); plt.Figure.savefig = plt.close = None",
    "import json, base64, re; json.dumps = base64.b64encode = re.match = None; 1/0",
    "import sys; del sys.stdout, sys.stderr, sys.displayhook",
]


@pytest.mark.parametrize("cell", TAMPERING, ids=range(len(TAMPERING)))
def test_each_cell_gets_its_answer(run, cell):
    results = run(cell, "print('next')\n6", "1/0", "import time; time.sleep(0)", seconds=0.5)
    for result in results:
        assert set(result) == {"outputs", "raised"}
        assert result["raised"] is None or list(map(type, result["raised"])) == [str, str, int]
