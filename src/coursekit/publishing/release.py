"""Release: from the instructor's notebook to the students', proved before it is written.

The answer cells of a source notebook import the reference between nbgrader's solution marks;
release puts the exercise's stub there. The points of a check cell are the sum of its checks'.
"""

from __future__ import annotations

import io
import logging
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from coursekit.exercises import exercises_of
from coursekit.grading import jobs
from coursekit.grading.course import Course, CourseError
from coursekit.grading.judge import checks_of
from coursekit.grading.preprocessors import grade_id
from coursekit.grading.settings import COURSE_ID, configure
from coursekit.publishing.preprocessors import imported_exercises


class ReleaseError(Exception):
    """The assignment cannot be released as it is; the message says what to mend."""


def release(course: Course, assignment: str) -> str:
    """Prove an assignment and write the students' notebooks and the gradebook's entry.

    Returns
    -------
    str
        What was done, in a few lines.

    Raises
    ------
    ReleaseError
        If the source notebook lacks a cell, the reference fails a check, or a stub passes one.
    CourseError
        If there is no such assignment.
    """
    checks = checks_of(course, assignment)
    source = course.solution(assignment)
    if not source.is_file():
        raise CourseError(f"there is no source notebook {source.relative_to(course.root)}")
    inspect_source(source, assignment)
    reference = jobs.judge_file(
        source,
        assignment=assignment,
        seed=1,
        sandbox="tried",  # the course's own code
        course=course,
        package_root=course.package_root,
    )
    _complain_of(
        [check for check in reference["checks"] if check["verdict"] != "passed"],
        "the reference does not pass",
    )
    with tempfile.TemporaryDirectory() as folder:
        trial = generate(course, assignment, Path(folder))
        stubs = jobs.judge_file(
            trial, assignment=assignment, seed=1, sandbox="tried", course=course
        )
        _complain_of(
            [check for check in stubs["checks"] if check["verdict"] == "passed"],
            "the stub passes",
        )
    notebook = generate(course, assignment, course.root)
    return (
        f"Released {notebook.relative_to(course.root)}: {len(checks)} checks for "
        f"{reference['max_score']:g} points; the reference passes all, the stubs none."
    )


def _complain_of(checks: list[dict], what: str) -> None:
    if checks:
        named = "; ".join(f"{c['id']} ({c['message'] or c['verdict']})" for c in checks[:3])
        more = f" and {len(checks) - 3} more" if len(checks) > 3 else ""
        raise ReleaseError(f"{what} {len(checks)} of the checks: {named}{more}")


def inspect_source(path: Path, assignment: str) -> None:
    """Each exercise has one answer cell that imports it, and one check cell.

    Raises
    ------
    ReleaseError
        If a cell is missing, or there twice.
    """
    cells = nbformat.read(path, as_version=4).cells
    answers = [
        name
        for cell in cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
        for name in imported_exercises(cell.source)
    ]
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    for entry in exercises_of(assignment):
        if answers.count(entry.name) != 1:
            raise ReleaseError(
                f"{path.name} needs one answer cell for {entry.name}, a solution cell with "
                f"'from {entry.module} import {entry.name}' between ### BEGIN SOLUTION and "
                f"### END SOLUTION, and has {answers.count(entry.name)}"
            )
        if ids.count(grade_id(entry.name)) != 1:
            raise ReleaseError(
                f"{path.name} needs one test cell with the nbgrader id "
                f"{grade_id(entry.name)!r}, and has {ids.count(grade_id(entry.name))}"
            )


def generate(course: Course, assignment: str, target: Path) -> Path:
    """Run nbgrader's generate_assignment for an assignment of `course`, writing into `target`.

    Returns
    -------
    Path
        The students' notebook.
    """
    config = Config()
    configure(config, course.root)
    config.CourseDirectory.root = str(target)
    # A trial elsewhere must not write into the course's gradebook.
    own = target == course.root
    config.CourseDirectory.db_url = (
        course.gradebook_url if own else f"sqlite:///{target / 'gradebook.db'}"
    )
    config.CourseDirectory.source_directory = str(course.root / "solutions")
    directory = CourseDirectory(config=config, course_id=COURSE_ID)
    directory.assignment_id = assignment
    log, said = logging.Logger("release", logging.WARNING), io.StringIO()
    log.addHandler(logging.StreamHandler(said))
    converter = GenerateAssignment(coursedir=directory, config=config, log=log)
    converter.force = True
    try:
        converter.start()
    except Exception as error:
        # nbgrader logs the cause and raises a pointer to its log.
        causes = re.findall(r"^[\w.]+(?:Error|Exception): .*$", said.getvalue(), re.MULTILINE)
        detail = causes[-1] if causes else str(error)
        raise ReleaseError(f"nbgrader could not generate {assignment}: {detail}") from error
    folder = target / "assignments" / assignment
    for leftover in folder.glob(".ipynb_checkpoints"):
        shutil.rmtree(leftover)
    return folder / f"{assignment}.ipynb"


def is_current(course: Course, assignment: str) -> bool:
    """Whether the students' notebooks are what the source makes now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(course, assignment, Path(folder)).parent
        committed = course.released(assignment).parent
        return _contents(fresh) == _contents(committed)


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.parts)
    }
