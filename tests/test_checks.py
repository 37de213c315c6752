"""The engine that runs checks, what `expect` says, and what `check()` shows."""

from __future__ import annotations

import types

import nbclient
import nbformat
import numpy as np
import pytest

from coursekit import check
from coursekit.checks import engine, expect
from coursekit.checks.expect import CheckFailed
from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading.course import Course
from coursekit.grading.judge import checks_of
from coursekit.grading.wire import Opaque


def zero_pad(X: np.ndarray, pad: int) -> np.ndarray:
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


# --- check() --------------------------------------------------------------------------------


def test_terminal_gets_text(capsys: pytest.CaptureFixture) -> None:
    report = check(zero_pad)
    assert report
    said = capsys.readouterr().out
    assert said.startswith("zero_pad: 2 of 2 public checks passed, 4 of 4 points\n  ✓ passed")


def test_wrong_answer_is_explained(capsys: pytest.CaptureFixture) -> None:
    report = check(lambda X, pad: X, exercise="zero_pad")
    assert not report
    said = capsys.readouterr().out
    for word in ("✗ failed", "what:", "expected: shape", "came: shape", "likely:"):
        assert word in said


def test_bad_arguments_get_a_sentence() -> None:
    with pytest.raises(TypeError, match="takes your function itself"):
        check("zero_pad")
    with pytest.raises(KeyError, match="no exercise '<lambda>'; there are: zero_pad"):
        check(lambda X: X)


def test_html_is_escaped_and_says_verdicts_in_words() -> None:
    def fails(X: np.ndarray, pad: int) -> np.ndarray:
        raise ValueError("<script>alert(1)</script>")

    report = check(fails, exercise="zero_pad")._repr_html_()
    assert "<script>" not in report
    assert "&lt;script&gt;" in report
    assert "error" in report


def test_notebook_shows_a_table_and_goes_red() -> None:
    cells = [
        "from coursekit import check\ndef zero_pad(X, pad):\n    return X",
        "check(zero_pad)",
        "import numpy as np\n"
        "def zero_pad(X, pad):\n"
        "    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))",
        "check(zero_pad)",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells]
    )
    nbclient.NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    wrong, right = notebook.cells[1].outputs, notebook.cells[3].outputs
    assert [output.output_type for output in wrong] == ["display_data", "error"]
    assert "<table" in wrong[0].data["text/html"]
    # One line in place of a traceback through the library.
    assert wrong[1].traceback == [
        "ChecksFailed: some checks did not pass; the table above says which, and why"
    ]
    assert [output.output_type for output in right] == ["display_data"]


# --- collecting -----------------------------------------------------------------------------


def module_of(source: str) -> types.ModuleType:
    module = types.ModuleType("made_up")
    exec("import pytest\n" + source, vars(module))
    return module


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def test_a(student): 'Title'", "needs @pytest.mark.points"),
        ("@pytest.mark.points(1)\ndef test_a(student): 'Title'", "needs @pytest.mark.points"),
        (
            "@pytest.mark.points(1)\n@pytest.mark.exercise('e')\ndef test_a(student): pass",
            "whose first line is its title",
        ),
        (
            "@pytest.mark.points(1)\n@pytest.mark.exercise('e')\ndef test_a(tmp_path): 'Title'",
            "asks for {'tmp_path'}",
        ),
    ],
)
def test_badly_written_checks_are_refused(source: str, sentence: str) -> None:
    with pytest.raises(engine.CheckError, match=sentence):
        engine.collect(module_of(source), public=True)


def test_marks_title_and_hint_are_read() -> None:
    source = (
        "pytestmark = pytest.mark.exercise('e')\n"
        "@pytest.mark.points(2)\n"
        "def test_a(student, rng):\n"
        "    '''The title\n\n    Hint: look\n    twice.\n\n    More.\n    '''\n"
    )
    (found,) = engine.collect(module_of(source), public=False)
    assert (found.id, found.title, found.points, found.hint) == (
        "hidden/e/a",
        "The title",
        2,
        "look twice.",
    )


POINTS = {"convolutions": 100, "faces": 40, "style-transfer": 40, "beyond-images": 40}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_has_public_and_hidden_checks(repository: Course, assignment: str) -> None:
    checks = checks_of(repository, assignment)
    names = {entry.name for entry in exercises_of(assignment)}
    assert {check.exercise for check in checks} == names
    for name in names:
        kinds = {check.public for check in checks if check.exercise == name}
        assert kinds == {True, False}
    assert len({check.id for check in checks}) == len(checks)
    assert sum(check.points for check in checks) == POINTS[assignment]
    public = sum(check.points for check in checks if check.public)
    assert 0.3 <= public / POINTS[assignment] <= 0.5


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_titles_and_hints_hold_no_expected_values(repository: Course, assignment: str) -> None:
    for item in checks_of(repository, assignment):
        assert not item.title.endswith(".")
        assert len(item.title) < 100
        if not item.public:
            assert "[" not in item.title


# --- strange returned values ----------------------------------------------------------------

STRANGE = {
    "None": None,
    "text": "text",
    "empty list": [],
    "ragged": [[1], [1, 2]],
    "list of text": ["a"],
    "dict": {"Z": 1},
    "object": Opaque("a.b"),
    "pair of objects": (Opaque("a"), Opaque("b")),
    "pair of None": (None, None),
    "four": (1, 2, 3, 4),
    "NaN": np.full((2, 3, 3, 2), np.nan),
    "infinity": (np.full((1, 1, 1, 1), np.inf), None),
    "complex": np.ones((2, 2), complex),
    "bool": True,
    "no axes": np.array(1.0),
    "33 levels": eval("[" * 33 + "]" * 33),
    "huge integer": 10**400,
}


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_strange_values_fail_and_are_no_fault(
    repository: Course, assignment: str, what: str
) -> None:
    value = STRANGE[what]
    student = engine.LocalStudent(
        {entry.name: lambda *_, **__: value for entry in exercises_of(assignment)}
    )
    for item in checks_of(repository, assignment):
        result = engine.run(item, student, seed=1)
        assert result.verdict in ("failed", "error"), (item.id, result)
        assert result.points == 0


# --- expect ---------------------------------------------------------------------------------


def failure_of(function, *args, **kwargs) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    return caught.value


def test_close_names_the_first_wrong_number_and_the_suspect() -> None:
    want = np.arange(6.0).reshape(2, 3)
    got = want.copy()
    got[1, 2] = 7
    failure = failure_of(expect.close, got, want, "Z", suspects={"It was seven.": got})
    assert failure.message == "Z has the right shape, but 1 of its 6 numbers are wrong."
    assert (failure.expected, failure.got) == ("5 at Z[1, 2]", "7 at Z[1, 2]")
    assert failure.hint == "It was seven."


def test_close_lets_float32_and_lists_pass() -> None:
    want = np.linspace(-1, 1, 7)
    expect.close(want.astype(np.float32), want, "Z")
    expect.close(want.tolist(), want, "Z")


def test_message_of_a_failure_holds_no_expected_numbers() -> None:
    for failure in (
        failure_of(expect.close, np.zeros(3), np.full(3, 123.456), "Z"),
        failure_of(expect.scalar, 1.0, 123.456, "Z"),
        failure_of(expect.close, np.zeros(4), np.full(3, 123.456), "Z"),
    ):
        assert "123" not in failure.message


def test_scalar_wants_no_axes() -> None:
    assert expect.scalar(np.float32(2), 2, "z") == 2
    assert "is an array" in failure_of(expect.scalar, np.ones((1, 1, 1)), 1, "z").message


def test_unchanged_names_the_argument() -> None:
    call = engine.Call(None, (np.zeros(2), {"a": 1}), {}, (np.zeros(2), {"a": 2}))
    failure = failure_of(expect.unchanged, call, ("X", "hparameters"))
    assert "hparameters" in failure.message
    expect.unchanged(engine.Call(None, (np.array([np.nan]),), {}, (np.array([np.nan]),)))


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (TypeError("only 0-dimensional arrays can be converted to Python scalars"), "float()"),
        (ValueError("setting an array element with a sequence."), "one number"),
        (ValueError("operands could not be broadcast together"), "shapes"),
        (KeyError("other"), ""),
    ],
)
def test_common_exceptions_have_a_hint(error: Exception, hint: str) -> None:
    found = engine.exception_hint(type(error).__name__, str(error))
    assert hint in found if hint else found == ""


def test_hint_for_float_of_an_array_fits_this_numpy() -> None:
    """The trap of NumPy 2.4: `float(b)` on an array of shape (1, 1, 1)."""

    def conv_single_step(a_slice_prev, W, b):
        return np.sum(a_slice_prev * W) + float(b)

    report = check(conv_single_step)
    assert {result.verdict for result in report.results} == {"error"}
    assert all("float() takes a scalar" in result.hint for result in report.results)
