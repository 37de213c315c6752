"""The strength of checks: mutants are what they say, and the checks catch a sample of them."""

from __future__ import annotations

import ast
import io
import json
import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from course_directory import course_at
from rich.console import Console

from coursekit.exercises import ASSIGNMENTS, exercises_of, find
from coursekit.grading.course import Course
from coursekit.grading.mutation import OPERATORS, Reference, changes
from coursekit.grading.strength import Proof, explain, read_proofs, show, strength

SAMPLE = 40


@pytest.fixture(scope="module")
def sampled(repository: Course) -> dict:
    """A bounded part of `make strength`; stored solutions are test_solutions.py's."""
    return strength(repository, "convolutions", sample=SAMPLE, jobs=2)


def test_sample_of_mutants_is_caught_or_proven_equal(sampled: dict) -> None:
    holes = [(row["id"], row["now"]) for row in sampled["mutants"] if row["outcome"] == "survived"]
    assert not holes
    assert sampled["sound"]
    assert len(sampled["mutants"]) == SAMPLE
    assert sum(row["outcome"] == "killed" for row in sampled["mutants"]) > SAMPLE / 2


def test_document_follows_its_schema(sampled: dict) -> None:
    text = resources.files("coursekit.grading").joinpath("strength.schema.json").read_text()
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(sampled)), schema)


def test_each_outcome_has_what_explains_it(sampled: dict) -> None:
    for row in sampled["mutants"]:
        assert bool(row["killers"]) == (row["outcome"] == "killed")
        assert bool(row["reason"]) == (row["outcome"] == "equal")
        for check in row["killers"]:
            assert check["id"].split("/")[1] == row["exercise"]


# --- mutants

CHANGES = {
    "arithmetic": ("return a + b", "return a - b"),
    "comparison": ("return a < b", "return a >= b"),
    "boundary": ("return a < b", "return a <= b"),
    "logic": ("return a and b", "return a or b"),
    "number": ("return a[0]", "return a[1]"),
    "name": ("return max(a, b)", "return min(a, b)"),
    "condition": ("if a:\n        return b", "if not a:\n        return b"),
    "dropped": ("a.sort()", "pass"),
    "assigned": ("a += b", "a = b"),
    "arguments": ("return np.sum(a, axis=b)", "return np.sum(a)"),
    "order": ("return (a, b)", "return (b, a)"),
    "slice": ("return a[:b]", "return a[:b - 1]"),
    "loop": ("for i in a:\n        b(i)", "for i in list(a)[1:]:\n        b(i)"),
    "returned": ("return a", "return"),
    "branch": ("return a if b else 0", "return a"),
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_makes_its_change(operator: str) -> None:
    body, wanted = CHANGES[operator]
    (node,) = ast.parse(f"def f(a, b):\n    {body}").body
    made = [text.partition("\n    ")[2] for _, by, text in changes(node) if by == operator]
    assert wanted in made
    assert ast.unparse(node).partition("\n    ")[2] == body, "the tree is put back as it was"


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("name", [e.name for a in ASSIGNMENTS for e in exercises_of(a)])
def test_mutants_differ_from_the_reference_and_from_each_other(name: str) -> None:
    reference = Reference(find(name), {})
    mutants = list(reference.mutants())
    sources = [mutant.source for mutant in mutants]
    assert len(set(sources)) == len(sources) > 10
    assert reference.source not in sources
    assert len({mutant.id for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        namespace: dict = {}
        exec(compile(mutant.source, "mutant", "exec"), namespace)
        assert callable(namespace[name])


def test_what_is_handed_in_holds_no_registry_and_no_other_exercise_is_mutated() -> None:
    reference = Reference(find("conv_forward"), {})
    assert "@exercise" not in reference.source
    assert "coursekit" not in reference.source
    functions = {mutant.function for mutant in reference.mutants()}
    assert "conv_forward" in functions
    assert "_blocks" in functions
    assert "zero_pad" not in functions


def test_a_change_keeps_its_id_in_every_tuning(repository: Course) -> None:
    tunings, _ = read_proofs(repository, "convolutions")
    ids = [
        [mutant.id for mutant in Reference(find("pool_forward"), tuning).mutants()]
        for tuning in tunings
    ]
    assert all(these == ids[0] for these in ids)
    sources = {Reference(find("pool_forward"), tuning).source for tuning in tunings}
    assert len(sources) == len(tunings)


# --- a course whose checks have holes

WEAK = '''"""Checks with a hole: nothing is asked of zero_pad but its shape."""

import numpy as np
import pytest

from coursekit.checks import expect


@pytest.mark.exercise("zero_pad")
@pytest.mark.points(1)
def test_shape(student):
    """The shape"""
    expect.array(student.zero_pad(np.ones((1, 2, 3, 1)), 1), "zero_pad(X, 1)", (1, 4, 5, 1))
'''
PROOFS = """
[[equal]]
function = "zero_pad"
now = "X_pad[:, pad:pad + n_H, pad:pad + n_W] += X"
mutants = 1
reason = "X_pad is all zeros before."

[[equal]]
function = "zero_pad"
now = "no such line"
mutants = 1
reason = "None."
"""
RIGHT = "def zero_pad(X, pad):\n    import numpy as np\n\n    return np.pad(X, pad)\n"
WRONG = (
    "import numpy as np\n\n\ndef zero_pad(X, pad):\n"
    "    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode='edge')\n"
)


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What is found where the public checks are gone and one hidden check is left."""
    course = course_at(tmp_path_factory.mktemp("weak"))
    (course.root / "tests").unlink()
    files = {
        "hidden/convolutions/test_zero_pad.py": WEAK,
        "equivalent/convolutions.toml": PROOFS,
        "right/convolutions/zero_pad/pads_all_axes.py": RIGHT,
        "wrong/convolutions/zero_pad/edge.py": WRONG,
    }
    for name, text in files.items():
        path = course.root / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coursekit.checks.engine.public_checks", lambda assignment: [])
        return strength(course, "convolutions", exercise="zero_pad", jobs=2)


def test_survivors_are_told_apart_from_proven_ones(weak: dict) -> None:
    outcomes = {row["now"]: row["outcome"] for row in weak["mutants"]}
    assert outcomes["X_pad[:, pad:pad + n_H, pad:pad + n_W] += X"] == "equal"
    frame = "X_pad = np.{}((m, n_H + 2 * pad, n_W + 2 * pad, n_C), dtype=X.dtype)"
    assert outcomes[frame.format("ones")] == "survived"
    # Rows are lost, and the shape with them.
    assert outcomes["return"] == "killed"
    assert not weak["sound"]


def test_stored_solutions_on_the_wrong_side_are_told(weak: dict) -> None:
    found = {row["file"].rpartition("/")[2]: row for row in weak["solutions"]}
    assert not found["edge.py"]["sound"]
    assert found["edge.py"]["failed"] == [[], []]
    assert not found["pads_all_axes.py"]["sound"]
    assert found["pads_all_axes.py"]["failed"][0] == [
        {"id": "hidden/zero_pad/shape", "verdict": "failed"}
    ]
    assert weak["weight"] == ["hidden/zero_pad/shape"]


def test_table_names_everything_that_needs_attention(weak: dict) -> None:
    console = Console(file=io.StringIO(), width=200)
    show(weak, console)
    text = console.file.getvalue()
    assert "wrong tests/wrong/convolutions/zero_pad/edge.py passes all checks" in text
    assert "right tests/right/convolutions/zero_pad/pads_all_axes.py fails a check" in text
    assert "weight hidden/zero_pad/shape" in text
    for row in weak["mutants"]:
        assert (f"survived {row['id']}" in text) == (row["outcome"] == "survived")


@pytest.mark.parametrize(("survivors", "stale"), [(1, 0), (0, 1), (2, 1)])
def test_proof_is_stale_where_it_explains_another_number(survivors: int, stale: int) -> None:
    mutants = list(Reference(find("zero_pad"), {}).mutants())
    sums = [mutant for mutant in mutants if mutant.operator == "arithmetic"]
    proof = Proof(("zero_pad",), re.compile(".*"), re.compile(".*"), 1, "A reason.")
    dead = [{"id": "hidden/zero_pad/shape", "verdict": "failed"}]
    failed = [[] if i < survivors else dead for i in range(len(sums))]
    rows, told = explain(sums, failed, [proof])
    assert [row["outcome"] for row in rows].count("equal") == survivors
    assert len(told) == stale
    assert all("zero_pad" in line for line in told)


def test_pattern_stands_for_the_whole_text_and_anything_else_is_taken_as_written(
    tmp_path: Path,
) -> None:
    course = course_at(tmp_path)
    (course.root / "tests").unlink()
    (course.root / "tests" / "equivalent").mkdir(parents=True)
    (course.root / "tests" / "equivalent" / "convolutions.toml").write_text(PROOFS)
    tunings, (proof, _) = read_proofs(course, "convolutions")
    assert len(tunings) == 2, "each survivor is tried with a second seed"
    wanted = [m for m in Reference(find("zero_pad"), {}).mutants() if proof.explains(m)]
    assert [mutant.now for mutant in wanted] == ["X_pad[:, pad:pad + n_H, pad:pad + n_W] += X"]
