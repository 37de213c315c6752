"""The judge on broken and hostile work: the right verdict, and nothing else touched by it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import jsonschema
import nbformat
import numpy as np
import pytest

from coursekit.checks import engine
from coursekit.grading import submission as submissions
from coursekit.grading.course import Course
from coursekit.grading.judge import checks_of, judge, schema, select
from coursekit.grading.sandbox import Limits, launch
from coursekit.publishing.edition import student_edition

RIGHT = Path(__file__).parent / "right" / "convolutions"
EXERCISES = ("zero_pad", "conv_single_step")
CORRECT = {name: (RIGHT / name / "loops.py").read_text() for name in EXERCISES}
LIMITS = Limits(cell_seconds=3, check_seconds=3, patience=3, total_seconds=120, memory_bytes=2**30)


def notebook(*sources: str, **metadata: object) -> bytes:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata)).encode()


@pytest.fixture(scope="module")
def run(repository: Course):
    """Judge the two first exercises of a notebook: verdicts by exercise, and the document."""
    checks = [c for c in checks_of(repository, "convolutions") if c.exercise in EXERCISES]

    def judged(data: bytes, limits: Limits = LIMITS, name: str = "work.ipynb", seed: int = 7):
        start = partial(launch, student_edition(repository), limits)
        document, outputs = judge(
            submissions.parse(data, name),
            checks,
            start,
            assignment="convolutions",
            seed=seed,
            limits=limits,
        )
        jsonschema.validate(document, schema())
        json.dumps(document, allow_nan=False)
        verdicts = {
            exercise: {c["verdict"] for c in document["checks"] if c["exercise"] == exercise}
            for exercise in EXERCISES
        }
        return verdicts, document, outputs

    return judged


def test_right_work_has_all_points(run) -> None:
    verdicts, document, _ = run(notebook(*CORRECT.values()))
    assert verdicts == {name: {"passed"} for name in EXERCISES}
    assert document["score"] == document["max_score"] == 20
    assert document["notes"] == []


def test_script_is_judged_like_a_notebook(run) -> None:
    assert run("\n".join(CORRECT.values()).encode(), name="work.py")[1]["score"] == 20


def test_same_seed_same_document(run) -> None:
    data = notebook(CORRECT["zero_pad"], "def conv_single_step(a, W, b):\n    return 1.0")
    assert run(data, seed=3)[1] == run(data, seed=3)[1]


# What zero_pad does, and the verdicts that it may get; conv_single_step must keep its points.
BROKEN = {
    "loops for ever": ("while True: pass", {"timeout", "skipped"}),
    "swallows interrupts": (
        "while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass",
        {"timeout", "skipped"},
    ),
    "sleeps": ("import time; time.sleep(1000)", {"timeout", "skipped"}),
    "eats memory": ("import numpy; return numpy.ones((2**20, 2**12))", {"memory", "skipped"}),
    "leaves": ("import os; os._exit(0)", {"crashed", "skipped"}),
    "aborts": ("import os; os.abort()", {"crashed", "skipped"}),
    "exits": ("raise SystemExit", {"error"}),
    "raises": ("raise ValueError('no')", {"error"}),
    "stub": ("raise NotImplementedError", {"error"}),
    "recursion": ("return zero_pad(X, pad)", {"error"}),
    "an exception that breaks when shown": (
        "class Bad(Exception):\n        def __str__(self): raise RuntimeError\n    raise Bad",
        {"error", "crashed", "skipped"},
    ),
    "nothing": ("pass", {"failed"}),
    "an object": ("return object()", {"failed"}),
    "a cycle": ("x = []; x.append(x); return x", {"failed"}),
    "NaN": ("import numpy; return numpy.full_like(X, numpy.nan)", {"failed"}),
    "800 MB": ("import numpy; return numpy.zeros(10**8)", {"failed", "memory", "skipped"}),
    "ten megabytes of print": ("print('x' * 10**7)", {"failed"}),
    "always equal": (
        "class Equal:\n        def __eq__(self, other): return True\n"
        "        def __array__(self, *a, **k): raise KeyboardInterrupt\n"
        "        shape = ()\n    return Equal()",
        {"failed"},
    ),
    "closes its files": ("import os; os.closerange(0, 256)", {"crashed", "error", "skipped"}),
    "writes into the line": (
        "import socket, sys\n    s = socket.socket(fileno=int(sys.argv[1]))\n"
        "    s.sendall(b'\\xff' * 10**6); s.detach(); return X",
        {"error", "crashed", "timeout", "skipped"},
    ),
    "a signal without a name": (
        "import os; os.kill(os.getpid(), 36); import time; time.sleep(5)",
        {"crashed", "skipped"},
    ),
    "a number that is an array": (
        "import numpy, socket, sys\n    from coursekit.grading import wire\n"
        "    s = socket.socket(fileno=int(sys.argv[1]))\n"
        "    s.sendall(wire.frame({'id': numpy.ones(3), 'value': X})); s.detach(); return X",
        {"error", "skipped"},
    ),
    "a million lists": ("return [[] for _ in range(10**6)]", {"failed", "error"}),
    "lists of lists": (
        "return [[[] for _ in range(90_000)] for _ in range(10)]",
        {"failed", "error", "skipped"},
    ),
    "keys that collide": (
        "return {i * (2**61 - 1): 0 for i in range(3000)}",
        {"failed", "error", "timeout", "skipped"},
    ),
    "a child in a session of its own": (
        "import os, time\n    if os.fork() == 0:\n        os.setsid(); time.sleep(3); os._exit(0)\n"
        "    return None",
        {"failed"},
    ),
    "answers before it is asked": (
        "import socket, sys\n    from coursekit.grading import wire\n"
        "    s = socket.socket(fileno=int(sys.argv[1]))\n"
        "    s.sendall(wire.frame({'id': 10**6, 'value': X, 'args': [X, pad], 'kwargs': {}}))\n"
        "    s.detach(); return X",
        {"error", "failed", "skipped"},
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_exercise_costs_only_its_own_points(run, what: str) -> None:
    body, allowed = BROKEN[what]
    broken = f"def zero_pad(X, pad):\n    {body}\n"
    verdicts, document, _ = run(notebook(CORRECT["conv_single_step"], broken))
    assert verdicts["zero_pad"] <= allowed, document
    assert verdicts["conv_single_step"] == {"passed"}, document
    assert document["score"] == 10


CELLS = {
    "syntax error": "def f(:",
    "exception": "1 / 0",
    "loops": "while True: pass",
    "exit": "import os; os._exit(3)",
    "sys.exit": "import sys; sys.exit()",
    "quit": "quit()",
    "prints": "print('x' * 10**7)",
    "warns": "import warnings, sys; warnings.warn('careful'); print('oh', file=sys.stderr)",
    "kills its group": "import os, signal; os.killpg(0, signal.SIGKILL)",
    "shell": "!echo hello",
    "unknown magic": "%%nonsense\nx",
    "input": "input('name? ')",
    "display hook": "import sys; sys.displayhook = None; sys.stdout = None; 3",
    "forges what it showed": (
        "import numpy, socket, sys\nfrom coursekit.grading import wire\n"
        "s = socket.socket(fileno=int(sys.argv[1]))\n"
        "for outputs in ([{'output_type': 'stream'}], [numpy.ones(3)], 7, "
        "[{'output_type': 'display_data', 'data': {b'x': numpy.ones(2)}}]):\n"
        "    s.sendall(wire.frame({'done': 1, 'outputs': outputs, 'raised': [1]}))\n"
        "s.detach()"
    ),
    "a signal without a name": "import os; os.kill(os.getpid(), 36)",
    "shows 80 MB": (
        "from IPython.display import HTML, display\n"
        "for _ in range(40): display(HTML('x' * 1_900_000))"
    ),
    "redefines builtins": "import builtins; del builtins.print; __name__ = None",
}


@pytest.mark.parametrize("what", CELLS)
def test_bad_cell_stops_no_other(run, what: str) -> None:
    sources = [CORRECT["zero_pad"], CELLS[what], CORRECT["conv_single_step"]]
    verdicts, document, _ = run(notebook(*sources))
    assert verdicts == {name: {"passed"} for name in EXERCISES}, document


def test_notes_say_which_cell_stopped(run) -> None:
    _, document, _ = run(notebook("x = 1", "def f(:", "1 / 0"))
    assert document["notes"][0].startswith("cell 2 stopped with SyntaxError")
    assert document["notes"][1].startswith("cell 3 stopped with ZeroDivisionError")
    missing = document["checks"][0]
    assert missing["verdict"] == "error"
    assert missing["message"] == "zero_pad is not defined."
    assert "cell 2" in missing["hint"]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import sys\n"
        "for name in [n for n in sys.modules if n.startswith('coursekit')]: del sys.modules[name]\n"
        "sys.path = [p for p in sys.path if 'student-edition' not in p]\n",
    ],
    ids=["plainly", "past the student edition"],
)
def test_answer_cannot_be_imported(run, before: str) -> None:
    verdicts, *_ = run(
        notebook(before + "from coursekit.convolution import zero_pad, conv_single_step")
    )
    assert verdicts == {name: {"error"} for name in EXERCISES}


def test_outputs_are_kept_as_a_notebook_shows_them(run) -> None:
    _, _, outputs = run(
        notebook(
            "print('said')",
            "6 * 7",
            "import matplotlib.pyplot as plt; plt.plot([1, 2]);",
            "from IPython.display import HTML, display; display(HTML('<b>x</b>'))",
            "1 / 0",
        )
    )
    assert outputs[0] == [{"output_type": "stream", "name": "stdout", "text": "said\n"}]
    assert outputs[1][0]["data"]["text/plain"] == "42"
    assert outputs[2][0]["data"]["image/png"].startswith("iVBOR")
    assert outputs[3][0]["data"]["text/html"] == "<b>x</b>"
    assert outputs[4][-1]["ename"] == "ZeroDivisionError"


def test_cells_after_a_deadly_one_are_kept_too(run) -> None:
    _, document, outputs = run(notebook("1", "import os; os._exit(0)", "2 + 1", "1 / 0"))
    assert outputs[2][0]["data"]["text/plain"] == "3"
    assert [note[:6] for note in document["notes"]] == ["cell 2", "cell 4"]


def test_long_output_is_cut(run) -> None:
    _, _, outputs = run(notebook("print('x' * 10**7)"))
    assert len(outputs[0][0]["text"]) < 100_000
    assert "more characters left out" in outputs[0][0]["text"]


def test_environment_is_empty(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "secret")
    _, _, outputs = run(notebook("import os; print(os.getcwd(), *os.environ)"))
    folder, *names = outputs[0][0]["text"].split()
    assert Path(folder).name.startswith("coursekit-candidate-")
    assert not {"GRADEBOOK_PASSWORD", "COURSEKIT_ROOT", "USER", "VIRTUAL_ENV"} & set(names)


def test_nothing_is_left_running(run, tmp_path: Path) -> None:
    mark = f"coursekit-left-{tmp_path.name}"
    child = f"import subprocess, sys; subprocess.Popen(['sleep', '997', ], env={{'M': '{mark}'}})"
    run(notebook(child, *CORRECT.values()))
    environments = Path("/proc").glob("[0-9]*/environ")
    for path in environments:
        try:
            assert mark.encode() not in path.read_bytes()
        except OSError:
            continue


def test_faulty_check_is_a_fault_and_no_zero_in_silence(repository: Course) -> None:
    def test_broken(student, rng) -> None:
        raise KeyError("the author's mistake")

    check = engine.Check("hidden/zero_pad/broken", "zero_pad", "Broken", 2, False, "", test_broken)
    result = engine.run(check, engine.LocalStudent({}), seed=1)
    assert result.verdict == "fault"
    assert result.points == 0
    assert "the author's mistake" in result.got


def test_hidden_inputs_are_not_carried_out_by_an_exception(run) -> None:
    code = (
        "def zero_pad(X, pad):\n    raise ValueError('secret ' + repr(X.shape))\n"
        "class Secret(Exception): ...\n"
        "def conv_single_step(a, W, b):\n    raise Secret"
    )
    _, document, _ = run(notebook(code))
    for check in document["checks"]:
        said = check["message"] + check["hint"]
        if check["public"]:
            assert "secret" in said.lower()
        else:
            assert "secret" not in said.lower()
            assert "secret" in check["got"].lower()


def test_random_numbers_of_a_check_do_not_depend_on_others() -> None:
    first = engine.generator(5, "hidden/a").random(3)
    engine.generator(5, "hidden/b").random(3)
    assert np.array_equal(engine.generator(5, "hidden/a").random(3), first)
    assert not np.array_equal(engine.generator(6, "hidden/a").random(3), first)


def test_total_time_is_bounded(run) -> None:
    _, document, _ = run(notebook(*CORRECT.values()), limits=Limits(total_seconds=0))
    assert {c["verdict"] for c in document["checks"]} == {"skipped"}
    assert document["score"] == 0


def test_cells_that_wait_use_up_the_total_time(run) -> None:
    limits = Limits(cell_seconds=30, total_seconds=3)
    _, document, _ = run(notebook("import time; time.sleep(60)", *CORRECT.values()), limits=limits)
    assert {c["verdict"] for c in document["checks"]} <= {"timeout", "skipped"}


def test_select_names_the_exercises_that_there_are(repository: Course) -> None:
    from coursekit.grading.course import CourseError

    with pytest.raises(CourseError, match=r"no exercise 'conv'.*zero_pad, conv_single_step"):
        select(checks_of(repository, "convolutions"), "conv")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "its text is not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not a notebook"),
        (b"{}", "not a notebook"),
        (b'{"cells": 3}', "not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}', "not a notebook"),
        (b'{"nbformat": "x", "cells": []}', "not a notebook"),
        (b"[" * 100_000, "not"),
        (b"", "not JSON"),
    ],
)
def test_unreadable_files_get_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(submissions.UnreadableError, match=sentence):
        submissions.parse(data, "work.ipynb")


def test_old_notebook_formats_are_read() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [
            {"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"], "outputs": []}]}
        ],
    }
    parsed = submissions.parse(json.dumps(old).encode(), "work.ipynb")
    assert parsed.cells[0][1] == "x = 1\ny"


def test_locked_test_cells_are_not_run_and_broken_metadata_does_not_matter() -> None:
    cells = [
        nbformat.v4.new_code_cell("check()", metadata={"nbgrader": {"grade": True}}),
        nbformat.v4.new_code_cell("x", metadata={"nbgrader": {"grade": True, "solution": True}}),
        nbformat.v4.new_code_cell("y", metadata={"nbgrader": "nonsense"}),
        nbformat.v4.new_code_cell("z", metadata={"nbgrader": {"grade": "yes"}}),
    ]
    # A helper that somebody typed into a copy of a test cell is their work.
    marks = {"nbgrader": {"grade": True}}
    cells.append(nbformat.v4.new_code_cell("def helper(): ...", metadata=marks))
    cells.append(nbformat.v4.new_code_cell("import x\ncheck(f)", metadata=marks))
    data = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    sources = [source for _, source in submissions.parse(data, "w.ipynb").cells]
    assert sources == ["x", "y", "z", "def helper(): ..."]
