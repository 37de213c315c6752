"""The judge: verdicts, notes, outputs and times. Hostile work is in `hostile/`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import jsonschema
import nbformat
import numpy as np
import pytest

from coursekit.checks import engine, probes
from coursekit.grading import submission as submissions
from coursekit.grading.course import Course
from coursekit.grading.judge import RemoteStudent, checks_of, judge, schema, select
from coursekit.grading.sandbox import CandidateParent, Limits
from coursekit.publishing.edition import student_edition

RIGHT = Path(__file__).parent / "right" / "convolutions"
EXERCISES = ("zero_pad", "conv_single_step")
CORRECT = {name: (RIGHT / name / "loops.py").read_text() for name in EXERCISES}
LIMITS = Limits(cell_seconds=3, check_seconds=3, patience=3, total_seconds=120, memory_bytes=2**30)


def notebook(*sources: str, **metadata: object) -> bytes:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata)).encode()


@pytest.fixture(scope="module")
def parent(repository: Course) -> Iterator[CandidateParent]:
    with CandidateParent(student_edition(repository), course=repository) as parent:
        yield parent


@pytest.fixture(scope="module")
def run(repository: Course, parent: CandidateParent):
    """Judge the two first exercises of a notebook: verdicts by exercise, and the document."""
    checks = [c for c in checks_of(repository, "convolutions") if c.exercise in EXERCISES]

    def judged(data: bytes, limits: Limits = LIMITS, name: str = "work.ipynb", seed: int = 7):
        document, outputs = judge(
            submissions.parse(data, name),
            checks,
            partial(parent.launch, limits),
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


def test_notes_say_which_cell_stopped(run) -> None:
    _, document, _ = run(notebook("x = 1", "def f(:", "1 / 0"))
    assert document["notes"][0].startswith("cell 2 stopped with SyntaxError")
    assert document["notes"][1].startswith("cell 3 stopped with ZeroDivisionError")
    missing = document["checks"][0]
    assert missing["verdict"] == "error"
    assert missing["message"] == "zero_pad is not defined."
    assert "cell 2" in missing["hint"]


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


def test_environment_says_nothing_of_the_grader(run) -> None:
    _, _, outputs = run(
        notebook("import os; print(os.getcwd() == os.environ['HOME'], *os.environ)")
    )
    at_home, *names = outputs[0][0]["text"].split()
    assert at_home == "True"
    assert not {"COURSEKIT_ROOT", "PWD", "SHELL", "USER", "VIRTUAL_ENV"} & set(names)


NEIGHBORS = """\
from sklearn.neighbors import NearestNeighbors

def nearest(known, query):
    distances, places = NearestNeighbors(n_neighbors=1).fit(known).kneighbors([query])
    return int(places[0, 0])
"""


def test_scikit_learn_works_where_a_submission_is_sealed_off(parent: CandidateParent) -> None:
    # It asks the system for the libraries that are loaded, to set their threads.
    submission = submissions.parse(notebook(NEIGHBORS), "work.ipynb")
    with RemoteStudent(submission, partial(parent.launch, Limits()), Limits()) as student:
        student.begin_check()
        assert student.nearest(np.eye(3), np.array([0, 2, 0])) == 1


LOSSES = """\
import tensorflow as tf

def cubes(y_true, tensors):
    return tf.reduce_sum(tensors[0] ** 3) + y_true

def without_gradient(y_true, tensors):
    return float((tensors[0].numpy() ** 3).sum())

def broken(y_true, tensors):
    return tensors[0].no_such_thing
"""


def _local_student() -> engine.LocalStudent:
    functions: dict = {}
    exec(LOSSES, functions)
    return engine.LocalStudent(functions)


@pytest.fixture(params=["in this process", "in a candidate"])
def losses(request: pytest.FixtureRequest, parent: CandidateParent):
    if request.param == "in this process":
        yield _local_student()
        return
    submission = submissions.parse(notebook(LOSSES), "work.ipynb")
    with RemoteStudent(submission, partial(parent.launch, Limits()), Limits()) as student:
        student.begin_check()
        yield student


def test_gradients_are_taken_on_the_students_side(losses: engine.Student) -> None:
    a, b = np.array([1.0, 2.0], "float32"), np.array([5.0], "float32")
    value, (to_a, to_b) = losses.cubes.through(probes.gradients, 1, [a, b])
    assert value == 10
    np.testing.assert_allclose(to_a, 3 * a**2)
    assert to_b is None
    assert losses.without_gradient.through(probes.gradients, 1, [a, b]) == [9.0, [None, None]]
    with pytest.raises(engine.StudentError, match=r"broken raised AttributeError, in line 10"):
        losses.broken.through(probes.gradients, 1, [a, b])
    with pytest.raises(engine.StudentError, match="absent is not defined"):
        losses.absent.through(probes.gradients, 1)


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
