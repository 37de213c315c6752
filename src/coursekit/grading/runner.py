"""Grade a class: judges side by side in processes of their own, one writer for the gradebook."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
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

from coursekit.checks.engine import Check, points_by_exercise
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import keep_fault, kept_result, known_result
from coursekit.grading.judge import checks_of
from coursekit.grading.preprocessors import grade_id, save_missing
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
) -> tuple[str, bool]:
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
    bool
        Whether all of it is in the gradebook, and no fault of the grader's among it.

    Raises
    ------
    CourseError
        If there is no such assignment or student, or nothing was handed in.
    """
    checks = checks_of(course, assignment)
    _require_release(course, assignment, checks)
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
        present = _in_gradebook(course, assignment)
        done = {
            name
            for name in students
            if name in present and _is_entered(course, name, assignment, checks)
        }
        students = [name for name in students if name not in done]
        if not students:
            return f"{_counted(len(done))} of {assignment} graded; nothing has changed.", True
    # Once, before the judges start: each would make its own otherwise.
    student_edition(course)
    scores, faults, problems = [], 0, []
    writer = Writer(course, assignment)
    with _progress() as progress, ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        task = progress.add_task(f"Grading {assignment}", total=len(students))
        waiting = {
            pool.submit(_judge_apart, course, name, assignment, seed, force): name
            for name in students
        }
        try:
            for finished in as_completed(waiting):
                name = waiting[finished]
                try:
                    document = finished.result()
                    problem = writer.write(name, document)
                except Exception as error:
                    problem = f"{type(error).__name__}: {error}"
                if problem:
                    problems.append(f"{name}: {problem}")
                elif any(check["verdict"] == "fault" for check in document["checks"]):
                    faults += 1
                else:
                    scores.append(document["score"])
                progress.advance(task)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    total = sum(check.points for check in checks)
    mean = f": mean {sum(scores) / len(scores):.1f} of {total:g} automatic points" if scores else ""
    lines = [f"{_counted(len(scores))} of {assignment} graded into {course.gradebook.name}{mean}."]
    if faults:
        lines.append(
            f"{_counted(faults)} could not be judged, by the grader's own fault: grade again."
        )
    return "\n".join(lines + problems), not faults and not problems


def _counted(number: int) -> str:
    return f"{number} submission{'s' * (number != 1)}"


def _in_gradebook(course: Course, assignment: str) -> set[str]:
    """The students whose work on an assignment stands in the gradebook."""
    with Gradebook(_url(course), COURSE_ID) as gradebook:
        return {entry.student_id for entry in gradebook.assignment_submissions(assignment)}


def _is_entered(course: Course, student: str, assignment: str, checks: list[Check]) -> bool:
    """Whether a student's work is judged, and stands in the gradebook, as it is now."""
    if known_result(course, student, assignment, checks) is None:
        return False
    with contextlib.suppress(OSError):
        noted = course.entered(student, assignment).read_text()
        return noted == _state(course, student, assignment)
    return False


def _state(course: Course, student: str, assignment: str) -> str:
    """A digest of all that the gradebook's entry is made from."""
    digest = hashlib.sha256()
    notebook = course.handed_in(student, assignment)
    for path in (
        notebook,
        notebook.with_name("timestamp.txt"),
        course.document(student, assignment),
        course.released(assignment),
    ):
        content = path.read_bytes() if path.is_file() else b"nothing"
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _require_release(course: Course, assignment: str, checks: list[Check]) -> None:
    sentence = f"{assignment!r} is not released here: run coursekit release {assignment} first"
    if not course.gradebook.is_file():
        raise CourseError(sentence)
    with Gradebook(_url(course), COURSE_ID) as gradebook:
        try:
            cells = gradebook.find_notebook(assignment, assignment).grade_cells
        except MissingEntry:
            raise CourseError(sentence) from None
        released = {cell.name: cell.max_score for cell in cells}
    for exercise, points in points_by_exercise(checks).items():
        if released.get(grade_id(exercise)) != points:
            raise CourseError(
                f"the points of {exercise} have changed since the release: run coursekit "
                f"release {assignment} again"
            )


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
                errors="replace",
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


class TolerantDirectory(CourseDirectory):
    """nbgrader's course directory; a timestamp that is no time counts as none."""

    def get_existing_timestamp(self, dest_path: str) -> Any:
        return _timestamp(Path(dest_path) / "timestamp.txt")


class Writer:
    """The one writer of the gradebook: nbgrader's own autograde step, fed with documents."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        config = Config()
        configure(config, course.root)
        config.CourseDirectory.root = str(course.root)
        config.Autograde.force = True
        # Judging is done; the gradebook's process runs nobody's code.
        config.JudgeSubmission.only_kept = True
        directory = TolerantDirectory(config=config)
        self._api = NbGraderAPI(coursedir=directory, config=config)
        self._api.log.setLevel("CRITICAL")

    def write(self, student: str, document: dict) -> str:
        """Enter one student's scores; what went wrong, or nothing."""
        if self._course.handed_in(student, self._assignment).is_file():
            result = self._api.autograde(self._assignment, student, force=True, create=True)
            if not result["success"]:
                said = f"{result.get('error') or ''}\n{result.get('log') or ''}"
                causes = re.findall(r"^[\w.]*(?:Error|Exception): .*$", said, re.MULTILINE)
                return f"nbgrader could not enter it: {causes[-1] if causes else 'no reason given'}"
        else:
            self._write_missing(student, document)
        note = self._course.entered(student, self._assignment)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(_state(self._course, student, self._assignment))
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
