"""Stored wrong solutions lose points, stored right ones have them all, and each hidden check
is needed: some wrong solution is caught by it alone."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from coursekit.checks import engine
from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading.course import Course
from coursekit.grading.judge import checks_of

HERE = Path(__file__).parent
COURSE = Course(HERE.parent)
SEEDS = (1, 2)
LEAST_WRONG = {"conv_forward": 20, "conv_backward": 15, "pool_forward": 15}
ALL = {
    kind: sorted((HERE / kind).glob("*/*/*.py")) for kind in ("wrong", "right")
}  # kind/assignment/exercise/style.py


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@cache
def checks_for(assignment: str) -> tuple[engine.Check, ...]:
    return tuple(checks_of(COURSE, assignment))


@cache
def results(path: Path, seed: int) -> tuple[engine.Result, ...]:
    exercise, assignment = path.parent.name, path.parent.parent.name
    # Loaded anew for each seed: some wrong solutions keep state between calls.
    spec = importlib.util.spec_from_file_location(f"stored_{seed}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    student = engine.LocalStudent({exercise: getattr(module, exercise)})
    return tuple(
        engine.run(check, student, seed)
        for check in checks_for(assignment)
        if check.exercise == exercise
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", ALL["right"], ids=name_of)
def test_right_solution_has_all_points(path: Path, seed: int) -> None:
    lost = [(r.id, r.message, r.expected, r.got) for r in results(path, seed) if not r.passed]
    assert not lost


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", ALL["wrong"], ids=name_of)
def test_wrong_solution_loses_points(path: Path, seed: int) -> None:
    found = results(path, seed)
    assert any(not result.passed for result in found)
    assert all(result.verdict != "fault" for result in found)
    # Whoever fails a check is told something.
    assert all(result.message for result in found if not result.passed)


@pytest.mark.parametrize("path", ALL["wrong"] + ALL["right"], ids=name_of)
def test_solution_says_what_it_is(path: Path) -> None:
    assert path.read_text().startswith('"""'), "the first line says what is wrong, or the style"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_enough_solutions_are_stored(assignment: str) -> None:
    for entry in exercises_of(assignment):
        wrong = list((HERE / "wrong" / assignment / entry.name).glob("*.py"))
        right = list((HERE / "right" / assignment / entry.name).glob("*.py"))
        assert len(wrong) >= LEAST_WRONG.get(entry.name, 8)
        assert len(right) >= 5


@pytest.mark.parametrize(
    "check",
    [check for assignment in ASSIGNMENTS for check in checks_for(assignment) if not check.public],
    ids=lambda check: check.id,
)
def test_hidden_check_is_needed(check: engine.Check) -> None:
    alone = [
        path.stem
        for path in ALL["wrong"]
        if path.parent.name == check.exercise
        and {r.id for r in results(path, SEEDS[0]) if not r.passed} == {check.id}
    ]
    assert alone, f"no wrong solution is caught by {check.id} alone"
