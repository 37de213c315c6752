"""Grade a class: read what was handed in, have it judged, and enter the results."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from coursekit.checks.engine import Check, points_by_exercise
from coursekit.grading import changes
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import Work, kept_result, known_result, work_of
from coursekit.grading.judge import checks_of

if TYPE_CHECKING:
    from coursekit.grading.gradebook import GradebookWriter

COMMIT_SECONDS = 2.0


class Pool(Protocol):
    """What judges: warm parents of this machine, or those of many."""

    def results(self, works: Iterable[Work]) -> Iterator[tuple[Work, dict]]: ...


def grade(
    course: Course,
    assignment: str,
    open_pool: Callable[[], AbstractContextManager[Pool]],
    *,
    student: str | None = None,
    force: bool = False,
    regrade: bool = False,
    seed: int,
) -> tuple[str, bool]:
    """Judge what lies in `submitted/` and enter it into the gradebook.

    What was judged before, by the same checks and unchanged since, is not judged again. The run
    may be killed at any moment: what is finished stays, and the same call goes on from there.

    Parameters
    ----------
    course : Course
    assignment : str
    open_pool : callable
        Starts what judges.
    student : str, optional
        Only this one.
    force : bool
        Judge again all the same.
    regrade : bool
        Judge again what was judged before, with the seed of then, and keep for the report what
        that changed. Manual grades and comments stay, as they always do. One that was stopped
        goes on at the next call, however that is made, unless it is `force`d.
    seed : int
        The inputs of the checks are drawn from it.

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
    SandboxError
        If submissions cannot be sealed off here.
    """
    checks = checks_of(course, assignment)
    students = _students(course, assignment, student)
    regrade = regrade or (changes.is_under_way(course, assignment) and not force)
    with ExitStack() as stack:
        pool = None
        if (
            force
            or regrade
            or not all(course.entered(name, assignment).is_file() for name in students)
        ):
            pool = stack.enter_context(open_pool())
        # nbgrader takes as long to import as the pool to start; they do so side by side.
        from coursekit.grading.gradebook import GradebookWriter

        _require_release(course, assignment, checks)
        run = _Run(course, assignment, checks, regrade)
        if not force and not regrade:
            students = run.unfinished(students)
            if not students:
                return f"{_counted(run.graded)} of {assignment} graded; nothing has changed.", True
        judged = [] if force else run.judged_before(students)
        waiting = [name for name in students if name not in set(judged)]
        progress = stack.enter_context(_progress())
        task = progress.add_task(f"Grading {assignment}", total=len(students), rate="")
        writer = stack.enter_context(GradebookWriter(course, assignment))
        run.enter(writer, ((name, kept_result(course, name, assignment)) for name in judged))
        progress.advance(task, len(judged))
        if waiting:
            pool = pool or stack.enter_context(open_pool())
            works = (work_of(course, name, assignment, run.seed_of(name, seed)) for name in waiting)
            run.enter(writer, _shown(pool.results(works), progress, task))
    return run.summary(changes.finish(course, assignment) if regrade else None)


def _shown(
    results: Iterator[tuple[Work, dict]], progress: Progress, task: TaskID
) -> Iterator[tuple[str, dict]]:
    """Results as they come, with the bar moving."""
    began = time.monotonic()
    for done, (work, result) in enumerate(results, 1):
        yield work.student, result
        progress.update(task, advance=1, rate=f"{done / (time.monotonic() - began):.1f}/s")


class _Run:
    """What one call of `grade` has come to."""

    def __init__(self, course: Course, assignment: str, checks: list[Check], regrade: bool) -> None:
        self._course, self._assignment, self._checks = course, assignment, checks
        self._regrade = regrade
        self._total = sum(check.points for check in checks)
        self._sum = 0.0
        self._faults: list[str] = []
        self._problems: list[str] = []
        self.graded = 0

    def unfinished(self, students: list[str]) -> list[str]:
        """Those whose work is not judged, or does not stand in the gradebook as it is now."""
        from coursekit.grading.gradebook import in_gradebook, is_entered

        present = in_gradebook(self._course, self._assignment)
        url = self._course.gradebook_url
        left = [
            name
            for name in students
            if name not in present
            or not is_entered(self._course, name, self._assignment, url)
            or self._known(name) is None
        ]
        self.graded = len(students) - len(left) if not left else 0
        return left

    def judged_before(self, students: list[str]) -> list[str]:
        """Those who need only be entered: a run was stopped in between."""
        return [name for name in students if self._known(name) is not None]

    def _known(self, student: str) -> dict | None:
        if self._regrade and not changes.is_replaced(self._course, student, self._assignment):
            return None
        return known_result(self._course, student, self._assignment, self._checks)

    def seed_of(self, student: str, seed: int) -> int:
        """The seed to judge a student's work with."""
        if self._regrade:
            with contextlib.suppress(OSError, ValueError, KeyError):
                return kept_result(self._course, student, self._assignment)["document"]["seed"]
        return seed

    def enter(self, writer: GradebookWriter, results: Iterable[tuple[str, dict]]) -> None:
        """Enter results as they come, and make them last every few seconds."""
        from coursekit.grading.gradebook import GradebookError

        committed = time.monotonic()
        try:
            for student, result in results:
                try:
                    with _uninterrupted():
                        if self._regrade:
                            changes.set_aside(self._course, student, self._assignment)
                        writer.enter(student, result)
                except GradebookError as error:
                    if error.final:
                        raise
                    self._problems.append(str(error))
                    continue
                self._count(student, result["document"])
                if time.monotonic() - committed > COMMIT_SECONDS:
                    with _uninterrupted():
                        writer.commit()
                    committed = time.monotonic()
        finally:
            # Ctrl-C among others: what is judged is not to be judged again.
            with _uninterrupted():
                writer.commit()

    def _count(self, student: str, document: dict) -> None:
        if any(check["verdict"] == "fault" for check in document["checks"]):
            self._faults.append(student)
            return
        self.graded += 1
        self._sum += document["score"]

    def summary(self, changed: int | None) -> tuple[str, bool]:
        """What to say, and whether all is well; `changed`: by a regrade."""
        from coursekit.grading.gradebook import shown

        mean = ""
        if self.graded:
            mean = f": mean {self._sum / self.graded:.1f} of {self._total:g} automatic points"
        gradebook = shown(self._course.gradebook_url).rpartition("/")[2]
        lines = [f"{_counted(self.graded)} of {self._assignment} graded into {gradebook}{mean}."]
        if changed is not None:
            lines.append(f"{_counted(changed)} changed their automatic points.")
        if self._faults:
            names = ", ".join(sorted(self._faults)[:5]) + (", …" if len(self._faults) > 5 else "")
            lines.append(
                f"{_counted(len(self._faults))} could not be judged, by the grader's own fault: "
                f"{names}; grade again."
            )
        return "\n".join(lines + self._problems), not self._faults and not self._problems


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of this: a database's session does not survive it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came = []
    handler = signal.signal(signal.SIGINT, lambda *_: came.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            raise KeyboardInterrupt


def _students(course: Course, assignment: str, student: str | None) -> list[str]:
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
    return students


def _counted(number: int) -> str:
    return f"{number} submission{'s' * (number != 1)}"


def _require_release(course: Course, assignment: str, checks: list[Check]) -> None:
    from nbgrader.api import MissingEntry

    from coursekit.grading.gradebook import has_gradebook, open_gradebook
    from coursekit.grading.preprocessors import grade_id

    sentence = f"{assignment!r} is not released here: run coursekit release {assignment} first"
    if not has_gradebook(course):
        raise CourseError(sentence)
    with open_gradebook(course) as gradebook:
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


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
