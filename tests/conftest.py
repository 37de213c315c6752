"""Fixtures: the reference as a student for the checks, and a course directory to play in."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from course_directory import REPOSITORY, course_at

from coursekit.checks import engine
from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading.course import Course


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
    made = course_at(tmp_path / "course")
    monkeypatch.setenv("COURSEKIT_ROOT", str(made.root))
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
