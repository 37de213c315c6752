"""Judge one piece of work, from bytes to document: what the command line, nbgrader and the
pools of workers all call."""

from __future__ import annotations

import ast
import atexit
import contextlib
import json
import os
import secrets
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

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
from coursekit.grading.sandbox import Candidate, CandidateParent, Limits
from coursekit.grading.submission import Submission, UnreadableError
from coursekit.publishing.edition import student_edition


class Work(NamedTuple):
    """What one student handed in: all that a judge needs to know, here or on another machine."""

    student: str
    name: str  # of the file
    data: bytes | None  # its bytes; None where there is no file that can be read
    why: str  # then the reason, in a sentence
    seed: int


def work_of(course: Course, student: str, assignment: str, seed: int) -> Work:
    """Read what a student handed in."""
    path = course.handed_in(student, assignment)
    link = submissions.link_among(path)
    if link is not None:
        why = f"{link.name} is a link, and not what was to be handed in."
        return Work(student, path.name, None, why, seed)
    try:
        return Work(student, path.name, submissions.load(path), "", seed)
    except UnreadableError as error:
        why = str(error) if path.exists() else _missing(path)
        return Work(student, path.name, None, f"{why}.", seed)


def digest_handed_in(course: Course, student: str, assignment: str) -> str | None:
    """SHA-256 of what a student handed in; None where there is no file that can be read."""
    data = work_of(course, student, assignment, 0).data
    return None if data is None else submissions.digest_of(data)


def judge_work(
    work: Work,
    checks: list[Check],
    start: Callable[[], Candidate],
    assignment: str,
    limits: Limits | None = None,
) -> dict[str, Any]:
    """Judge one work.

    Returns
    -------
    dict
        `document`, and `outputs`: what each cell showed, by its index as text.
    """
    if work.data is None:
        return refuse_work(work, "error", work.why, checks, assignment)
    try:
        handed_in = submissions.parse(work.data, work.name)
    except UnreadableError as error:
        return refuse_work(work, "error", f"{error}.", checks, assignment)
    document, outputs = judge(
        handed_in, checks, start, assignment=assignment, seed=work.seed, limits=limits
    )
    return {"document": document, "outputs": {str(i): shown for i, shown in outputs.items()}}


def refuse_work(
    work: Work, verdict: str, why: str, checks: list[Check], assignment: str
) -> dict[str, Any]:
    """The result on a work that was not run."""
    document = refuse(
        checks,
        verdict,
        why,
        assignment=assignment,
        name=work.name,
        digest=None if work.data is None else submissions.digest_of(work.data),
        seed=work.seed,
    )
    return {"document": document, "outputs": {}}


def judge_file(
    path: Path,
    *,
    exercise: str | None = None,
    assignment: str | None = None,
    public_only: bool = False,
    seed: int,
    sandbox: str = "required",
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
    sandbox : str
        As for `CandidateParent`.
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
    SandboxError
        If submissions cannot be sealed off here.
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
    edition = package_root or student_edition(course)
    with CandidateParent(edition, sandbox=sandbox, course=course) as parent:
        start = partial(parent.launch, Limits())
        return judge(handed_in, checks, start, assignment=assignment, seed=seed)[0]


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
    course: Course, student: str, assignment: str, *, sandbox: str = "required"
) -> dict[str, Any]:
    """Judge what a student handed in for an assignment, and keep the result.

    A result that is there already is used again if file and checks are still the same.
    """
    checks = checks_of(course, assignment)
    known = known_result(course, student, assignment, checks)
    if known is not None:
        return known
    work = work_of(course, student, assignment, secrets.randbits(32))
    start = partial(_candidates(course, sandbox).launch, Limits())
    result = judge_work(work, checks, start, assignment)
    keep(course, student, result)
    return result


@cache
def _candidates(course: Course, sandbox: str) -> CandidateParent:
    """One warm parent for all that this process judges."""
    parent = CandidateParent(student_edition(course), sandbox=sandbox, course=course)
    atexit.register(parent.close)
    return parent


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
            document["submission"]["sha256"] == digest_handed_in(course, student, assignment)
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


def keep(course: Course, student: str, result: dict[str, Any]) -> None:
    """Keep a result as the one that stands for a student's work."""
    path = course.document(student, result["document"]["assignment"])
    write_whole(path, json.dumps(result))


def write_whole(path: Path, text: str) -> None:
    """Write a file in one piece, so that a killed run leaves no half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
