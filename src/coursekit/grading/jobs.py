"""Judge one piece of work, from files to document: what the command line, nbgrader and the
runner all call. Run as a module it judges one student's work in a process of its own."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import resource
import secrets
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from coursekit.checks.engine import Check
from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading import submission as submissions
from coursekit.grading.course import Course, CourseError
from coursekit.grading.judge import (
    assignment_of,
    checks_of,
    digest_of,
    judge,
    refuse,
    select,
)
from coursekit.grading.sandbox import Limits, launch
from coursekit.grading.submission import Submission, UnreadableError
from coursekit.publishing.edition import student_edition

JUDGE_BYTES = 4 * 2**30


def judge_file(
    path: Path,
    *,
    exercise: str | None = None,
    assignment: str | None = None,
    public_only: bool = False,
    seed: int,
    limits: Limits | None = None,
    course: Course | None = None,
    package_root: Path | None = None,
) -> dict:
    """Judge one file; needs neither gradebook nor submission folder.

    Parameters
    ----------
    path : Path
        An `.ipynb` or `.py` file.
    exercise, assignment : str, optional
        What to judge; by default the assignment whose functions the file defines.
    public_only : bool
        Run the public checks only.
    seed : int
    limits : Limits, optional
    course : Course, optional
        Found from the working directory by default.
    package_root : Path, optional
        The edition that the candidate runs on; the student edition by default.

    Returns
    -------
    dict
        The judge's document.

    Raises
    ------
    UnreadableError
        If the file cannot be read.
    CourseError
        If there is no such exercise or assignment, or no telling which is meant.
    """
    handed_in = submissions.read(path)
    course = course or Course.locate(anywhere=True)
    if exercise is not None:
        assignment = assignment_of(exercise)
    elif assignment is None:
        assignment = _meant(handed_in)
    checks = select(checks_of(course, assignment), exercise)
    if public_only:
        checks = [check for check in checks if check.public]
    limits = limits or Limits()
    start = partial(launch, package_root or student_edition(course), limits)
    return judge(handed_in, checks, start, assignment=assignment, seed=seed, limits=limits)[0]


def _meant(handed_in: Submission) -> str:
    """The assignment most of whose functions a submission defines."""
    defined: set[str] = set()
    for _, source in handed_in.cells:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.parse(source)
            defined |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    counts = {
        assignment: len(defined & {entry.name for entry in exercises_of(assignment)})
        for assignment in ASSIGNMENTS
    }
    best = max(counts, key=counts.get)
    if not counts[best]:
        raise CourseError(
            f"{handed_in.name} defines no function of any assignment; say which is meant with "
            f"--assignment ({', '.join(ASSIGNMENTS)})"
        )
    return best


def judge_student(
    course: Course, student: str, assignment: str, *, seed: int | None = None, force: bool = False
) -> dict[str, Any]:
    """Judge what a student handed in for an assignment, and keep the document.

    A document that is there already is used again if file and checks are still the same.

    Returns
    -------
    dict
        `document`, and `outputs`: what each cell showed, by its index as text.
    """
    checks = checks_of(course, assignment)
    known = None if force else known_result(course, student, assignment, checks)
    if known is not None:
        return known
    path = course.handed_in(student, assignment)
    seed = secrets.randbits(32) if seed is None else seed
    try:
        handed_in = submissions.read(path)
    except UnreadableError as error:
        why = str(error) if path.exists() else _missing(path)
        document = refuse(
            checks,
            "error",
            f"{why}.",
            assignment=assignment,
            name=path.name,
            digest=submissions.digest_of(path),
            seed=seed,
        )
        return _keep(course, student, {"document": document, "outputs": {}})
    limits = Limits()
    start = partial(launch, student_edition(course), limits)
    document, outputs = judge(
        handed_in, checks, start, assignment=assignment, seed=seed, limits=limits
    )
    return _keep(course, student, {"document": document, "outputs": outputs})


def known_result(
    course: Course, student: str, assignment: str, checks: list[Check]
) -> dict[str, Any] | None:
    """What is kept of a student's work, if the file and the checks are still the same.

    A fault is not kept in this sense: the work is judged again.
    """
    try:
        known = kept_result(course, student, assignment)
        document = known["document"]
        current = (
            document["submission"]["sha256"]
            == submissions.digest_of(course.handed_in(student, assignment))
            and document["versions"]["checks"] == digest_of(checks)
            and all(check["verdict"] != "fault" for check in document["checks"])
        )
    except (OSError, json.JSONDecodeError, KeyError):
        return None
    return known if current else None


def kept_result(course: Course, student: str, assignment: str) -> dict[str, Any]:
    """What is kept of a student's work, whatever it says.

    Raises
    ------
    OSError
        If nothing is kept.
    """
    return json.loads(course.document(student, assignment).read_text())


def _missing(path: Path) -> str:
    if path.is_symlink():
        return f"{path.name} is a link to a file that is not there"
    others = sorted(item.name for item in path.parent.iterdir()) if path.parent.is_dir() else []
    others = [name for name in others if name != "timestamp.txt"]
    found = f"; what is there: {', '.join(others[:5])}" if others else ""
    return f"No file {path.name} was handed in{found}"


def _keep(course: Course, student: str, result: dict[str, Any]) -> dict[str, Any]:
    """Write a result in one piece, so that a killed run leaves no half of one."""
    path = course.document(student, result["document"]["assignment"])
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    os.replace(file.name, path)
    return json.loads(text)


def keep_fault(course: Course, student: str, assignment: str, why: str, seed: int) -> dict:
    """Keep a document that says that the grader itself failed on a student's work."""
    document = refuse(
        checks_of(course, assignment),
        "fault",
        why,
        assignment=assignment,
        name=f"{assignment}.ipynb",
        digest=submissions.digest_of(course.handed_in(student, assignment)),
        seed=seed,
    )
    return _keep(course, student, {"document": document, "outputs": {}})


def main() -> None:
    # Whatever a submission makes the judge read, it starves nobody else on the machine.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (JUDGE_BYTES, JUDGE_BYTES))
    root, student, assignment, seed, force = sys.argv[1:]
    judge_student(Course(Path(root)), student, assignment, seed=int(seed), force=force == "force")


if __name__ == "__main__":
    main()
