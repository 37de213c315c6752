"""The student edition: everything is there but the answers."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading.course import Course, CourseError
from coursekit.publishing.edition import edition_files, student_edition, without_solutions

EXERCISES = [entry for assignment in ASSIGNMENTS for entry in exercises_of(assignment)]


@pytest.fixture(scope="module")
def files(repository: Course) -> dict[str, bytes]:
    return edition_files(repository.package_root / "coursekit")


def run_python(folder: Path, code: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True
    )


def test_no_line_of_a_solution_is_in_it(files: dict[str, bytes], repository: Course) -> None:
    """Every statement inside a reference, and inside the helpers that only references use."""
    edition = "\n".join(content.decode(errors="replace") for content in files.values())
    lines = [line.strip() for line in edition.splitlines()]
    for module in {entry.module for entry in EXERCISES}:
        source = (repository.package_root / (module.replace(".", "/") + ".py")).read_text()
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for statement in node.body[ast.get_docstring(node) is not None :]:
                text = ast.get_source_segment(source, statement).splitlines()[0].strip()
                if len(text) > 25:
                    assert text not in lines


def test_instructors_side_stays_out(files: dict[str, bytes]) -> None:
    grading = {name for name in files if name.startswith("grading/")}
    untrusted = ("__init__", "candidate", "cells", "seal", "warm", "wire")
    assert grading == {f"grading/{name}.py" for name in untrusted}
    assert not any(name.startswith("publishing/") for name in files)


def test_exercises_raise_and_name_the_assignment(repository: Course) -> None:
    folder = student_edition(repository)
    for entry in EXERCISES:
        code = (
            f"from {entry.module} import {entry.name} as f; import inspect; "
            "f(*[None] * len(inspect.signature(f).parameters))"
        )
        done = run_python(folder, code)
        assert "NotImplementedError" in done.stderr
        assert entry.assignment in done.stderr


def test_public_checks_and_stubs_work_in_it(repository: Course) -> None:
    code = (
        "from coursekit import check, exercises\n"
        "namespace = {}\n"
        "exec(exercises.stub(exercises.find('zero_pad')), namespace)\n"
        "report = check(namespace['zero_pad'])\n"
        "assert not report\n"
    )
    done = run_python(student_edition(repository), code)
    assert done.returncode == 0, done.stderr
    assert "not written yet" in done.stdout


@pytest.mark.parametrize("command", [["grade", "convolutions"], ["judge", "x.py"]])
def test_instructors_commands_say_so(repository: Course, command: list[str]) -> None:
    code = f"from coursekit.cli import main; raise SystemExit(main({command!r}))"
    done = run_python(student_edition(repository), code)
    assert done.returncode == 2
    assert done.stderr == (
        "coursekit: this is the student edition; that command is for instructors.\n"
    )


def test_helpers_of_solutions_go_and_others_stay() -> None:
    source = (
        "from coursekit.exercises import exercise\n\n"
        "_SIZE = 3\n\n"
        "# Only the exercise uses this.\n"
        "def _secret(x):\n    return x + _SIZE\n\n"
        "def _shared(x):\n    return _deeper(x)\n\n"
        "def _deeper(x):\n    return x\n\n"
        '@exercise("a")\n'
        "def answer(x: int, y=(1,\n        2)) -> int:\n"
        '    """What to do."""\n'
        "    return _secret(_shared(x))\n\n"
        "def library(x):\n    return _shared(answer(x))\n"
    )
    result = without_solutions(source)
    for gone in ("_secret", "_SIZE", "Only the exercise"):
        assert gone not in result
    for there in ("def _shared", "def _deeper", "def library", '"""What to do."""', "2)) -> int"):
        assert there in result
    compile(result, "edition", "exec")


def test_module_without_exercises_is_untouched() -> None:
    assert without_solutions("def _f():\n  return 1 # odd\n") == "def _f():\n  return 1 # odd\n"


def test_edition_is_made_once(repository: Course) -> None:
    assert student_edition(repository) == student_edition(repository)


def test_exercise_that_would_ship_its_answer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "convolution.py").write_text(
        "from coursekit import exercises\n"
        '@exercises.exercise("convolutions")\n'
        'def zero_pad(X, pad):\n    """Doc."""\n    return X\n'
    )
    with pytest.raises(CourseError, match="would hold solutions"):
        edition_files(tmp_path)
