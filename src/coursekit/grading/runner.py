"""Grade a class: judges side by side in processes of their own, one writer for the gradebook."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from traitlets.config import Config

from coursekit.checks.engine import Check
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import keep_fault, kept_result, known_result
from coursekit.grading.judge import checks_of
from coursekit.grading.preprocessors import grade_id, points_of, save_missing
from coursekit.grading.sandbox import Limits
from coursekit.grading.settings import COURSE_ID, configure
from coursekit.publishing.edition import student_edition


def grade(
    course: Course,
    assignment: str,
    *,
    student: str | None = None,
    force: bool = False,
    jobs: int | None = None,
    seed: int | None = None,
) -> str:
    """Judge what lies in `submitted/` and enter it into the gradebook.

    What was judged before, by the same checks and unchanged since, is not judged again.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str, optional
        Only this one.
    force : bool
        Judge again all the same.
    jobs : int, optional
        So many side by side; all cores by default.
    seed : int, optional
        The inputs of the checks are drawn from it; new for each run by default.

    Returns
    -------
    str
        What was done, in a few lines.

    Raises
    ------
    CourseError
        If there is no such assignment or student, or nothing was handed in.
    """
    checks = checks_of(course, assignment)
    _require_release(course, assignment)
    students = list(course.submitted(assignment))
    if student is not None:
        if student not in students:
            raise CourseError(
                f"{student!r} handed in nothing for {assignment!r}: no folder "
                f"submitted/{student}/{assignment}"
            )
        students = [student]
    if not students:
        raise CourseError(
            f"nothing to grade: put notebooks into submitted/STUDENT/{assignment}/"
            f"{assignment}.ipynb"
        )
    if jobs is not None and jobs < 1:
        raise CourseError(f"--jobs is {jobs}, and must be 1 or more")
    seed = secrets.randbits(32) if seed is None else seed
    if not force:
        done = {name for name in students if _is_entered(course, name, assignment, checks)}
        students = [name for name in students if name not in done]
        if not students:
            return f"All {len(done)} submissions of {assignment} are graded; nothing has changed."
    # Once, before the judges start: each would make its own otherwise.
    student_edition(course)
    documents, problems = [], []
    writer = Writer(course, assignment)
    with _progress() as progress, ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        task = progress.add_task(f"Grading {assignment}", total=len(students))
        waiting = {
            pool.submit(_judge_apart, course, name, assignment, seed, force): name
            for name in students
        }
        try:
            for finished in as_completed(waiting):
                name, document = waiting[finished], finished.result()
                problems += [f"{name}: {said}" for said in [writer.write(name, document)] if said]
                documents.append(document)
                progress.advance(task)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    mean = sum(document["score"] for document in documents) / len(documents)
    lines = [
        f"Graded {len(documents)} submissions of {assignment} into {course.gradebook.name}: "
        f"mean {mean:.1f} of {documents[0]['max_score']:g} automatic points."
    ]
    faults = sum(any(c["verdict"] == "fault" for c in d["checks"]) for d in documents)
    if faults:
        lines.append(f"{faults} could not be judged, by the grader's own fault: grade again.")
    return "\n".join(lines + problems)


def _is_entered(course: Course, student: str, assignment: str, checks: list[Check]) -> bool:
    """Whether a student's work is judged as it is now and stands so in the gradebook."""
    known = known_result(course, student, assignment, checks)
    if known is None:
        return False
    readable = course.handed_in(student, assignment).is_file()
    if readable and not course.autograded(student, assignment).is_dir():
        return False
    points = points_of(known["document"])
    with Gradebook(_url(course), COURSE_ID) as gradebook:
        try:
            entry = gradebook.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            return False
        scores = {grade.name: grade.auto_score for grade in entry.grades}
    return all(scores.get(grade_id(name)) == value for name, value in points.items())


def _require_release(course: Course, assignment: str) -> None:
    sentence = f"{assignment!r} is not released here: run coursekit release {assignment} first"
    if not course.gradebook.is_file():
        raise CourseError(sentence)
    with Gradebook(_url(course), COURSE_ID) as gradebook:
        try:
            gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            raise CourseError(sentence) from None


def _url(course: Course) -> str:
    return f"sqlite:///{course.gradebook}"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _judge_apart(
    course: Course, student: str, assignment: str, seed: int, force: bool
) -> dict[str, Any]:
    """Judge one student in a process of its own; if that dies, once more, then it is a fault."""
    command = [
        sys.executable, "-m", "coursekit.grading.jobs",
        str(course.root), student, assignment, str(seed), "force" if force else "known",
    ]  # fmt: skip
    # The judge keeps to its own limits; this is for one that is stuck all the same.
    patience = 2 * Limits().total_seconds + 60
    why = ""
    for _ in range(2):
        try:
            done = subprocess.run(
                command,
                cwd=course.root,
                env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                capture_output=True,
                text=True,
                timeout=patience,
            )
        except subprocess.TimeoutExpired:
            why = f"the judge did not finish within {patience:g} s"
            continue
        if done.returncode == 0:
            return kept_result(course, student, assignment)["document"]
        said = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        why = f"the judge failed: {said[0][:300]}"
    return keep_fault(course, student, assignment, f"Not judged: {why}.", seed)["document"]


class Writer:
    """The one writer of the gradebook: nbgrader's own autograde step, fed with documents."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        config = Config()
        configure(config)
        config.CourseDirectory.root = str(course.root)
        config.Autograde.force = True
        # Judging is done; the gradebook's process runs nobody's code.
        config.JudgeSubmission.only_kept = True
        directory = CourseDirectory(config=config)
        self._api = NbGraderAPI(coursedir=directory, config=config)
        self._api.log.setLevel("CRITICAL")

    def write(self, student: str, document: dict) -> str:
        """Enter one student's scores; what went wrong, or nothing."""
        if self._course.handed_in(student, self._assignment).is_file():
            result = self._api.autograde(self._assignment, student, force=True, create=True)
            if result["success"]:
                return ""
            detail = (result.get("error") or result.get("log") or "").strip().splitlines()
            return f"nbgrader could not enter it: {detail[-1] if detail else 'no reason given'}"
        self._write_missing(student, document)
        return ""

    def _write_missing(self, student: str, document: dict) -> None:
        """Zeros for somebody who handed in a folder without the notebook."""
        with Gradebook(_url(self._course), COURSE_ID) as gradebook:
            gradebook.update_or_create_student(student)
            folder = self._course.handed_in(student, self._assignment).parent
            timestamp = _timestamp(folder / "timestamp.txt")
            extra = {"timestamp": timestamp} if timestamp else {}
            gradebook.update_or_create_submission(self._assignment, student, **extra)
            save_missing(gradebook, document, student, self._assignment, set())


def _timestamp(path: Path) -> Any:
    from nbgrader.utils import parse_utc

    with contextlib.suppress(OSError, ValueError):
        return parse_utc(path.read_text().strip())
    return None
