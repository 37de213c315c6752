"""Fixtures: the reference as a student for the checks, and a course directory to play in."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from coursekit.checks import engine
from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading.course import Course

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture
def student() -> engine.LocalStudent:
    """The reference in the place of a student's work: checks must pass on it."""
    return engine.LocalStudent(
        {entry.name: entry.function for name in ASSIGNMENTS for entry in exercises_of(name)}
    )


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return engine.generator(20260101, request.node.nodeid)


@pytest.fixture(scope="session")
def repository() -> Course:
    return Course(REPOSITORY)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course directory of its own: the repository's sources, an empty gradebook."""
    root = tmp_path / "course"
    root.mkdir()
    for name in ("src", "tests", "solutions", "nbgrader_config.py"):
        (root / name).symlink_to(REPOSITORY / name)
    # Editions of the package are the same everywhere; making them anew only takes time.
    monkeypatch.setenv("COURSEKIT_ROOT", str(root))
    monkeypatch.chdir(root)
    return Course(root)


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
