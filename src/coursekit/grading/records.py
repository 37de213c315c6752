"""What is known of each student's work on an assignment: the judge's document and nbgrader's
gradebook, read together. Feedback and report are views of it.

The gradebook is read in batches and documents one at a time, so that a class may be large.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader import api
from sqlalchemy import select

from coursekit.exercises import ASSIGNMENTS
from coursekit.grading.course import Course, CourseError
from coursekit.grading.gradebook import has_gradebook, open_gradebook
from coursekit.grading.preprocessors import exercise_of

BATCH = 500  # students whose grades one query fetches
_HEAD = 2**18  # characters of a kept document that nearly always hold all but the outputs
_START = '{"document": '


@dataclass(frozen=True)
class Cell:
    """A cell that carries points."""

    name: str
    max_score: float
    task: bool = False

    @property
    def exercise(self) -> str | None:
        """The exercise whose checks it stands for; None for what people grade."""
        return exercise_of(self.name)


@dataclass(frozen=True)
class Grade:
    """One student's points for one cell."""

    cell: Cell
    auto: float | None
    manual: float | None
    extra: float
    pending: bool

    @property
    def given(self) -> float:
        """Points without extra credit: a person's word goes before the judge's."""
        return next((s for s in (self.manual, self.auto) if s is not None), 0.0)

    @property
    def score(self) -> float:
        """Points as nbgrader counts them."""
        if self.manual is None and self.auto is None:
            return 0.0
        return self.given + self.extra


@dataclass
class Record:
    """What is known of one student's work.

    Attributes
    ----------
    student : str
        As nbgrader calls the student: the name of the folder.
    full_name : str
        From the gradebook; may be empty.
    document : dict or None
        The judge's document.
    entered : bool
        Whether the gradebook knows of the submission.
    grades : list of Grade
        In the order of the cells' names.
    comments : dict of str to str
        By the name of the cell.
    penalty : float
        Points taken off because the work came late.
    late : timedelta
        By how much it came late; zero where it did not.
    """

    student: str
    full_name: str = ""
    document: dict[str, Any] | None = None
    entered: bool = False
    grades: list[Grade] = field(default_factory=list)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0
    late: datetime.timedelta = datetime.timedelta()
    flagged: bool = False

    @property
    def pending(self) -> list[Grade]:
        """What waits for a person."""
        return [grade for grade in self.grades if grade.pending]

    @property
    def total(self) -> float:
        """Points as nbgrader counts them; the judge's where the gradebook has none yet."""
        if not self.entered:
            return float(self.document["score"]) if self.document else 0.0
        return max(0.0, sum(grade.score for grade in self.grades) - self.penalty)

    @property
    def faulty(self) -> bool:
        """Whether the grader itself failed on some check."""
        return any(check["verdict"] == "fault" for check in self.checks)

    @property
    def unread(self) -> bool:
        """Whether there was no notebook to run, or none that could be read."""
        # The judge then gives one reason, as the note and as every check's message.
        notes = self.document["notes"] if self.document else []
        return len(notes) == 1 and all(
            check["verdict"] == "error" and check["message"] == notes[0] for check in self.checks
        )

    @property
    def lost(self) -> bool:
        """Whether the grader failed on the whole of it."""
        return bool(self.checks) and all(check["verdict"] == "fault" for check in self.checks)

    @property
    def checks(self) -> list[dict[str, Any]]:
        return self.document["checks"] if self.document else []

    def points_of(self, exercise: str) -> tuple[float, float]:
        """The judge's points for an exercise, and the most there are."""
        own = [check for check in self.checks if check["exercise"] == exercise]
        return sum(c["points"] for c in own), sum(c["max_points"] for c in own)

    def differs(self) -> bool:
        """Whether the gradebook's automatic points are not the document's."""
        return bool(self.document) and any(
            grade.auto is not None
            and grade.cell.exercise is not None
            and abs(grade.auto - self.points_of(grade.cell.exercise)[0]) > 1e-6
            for grade in self.grades
        )


class ClassRecords:
    """The records of a class on one assignment; iterate over it as often as you like.

    Attributes
    ----------
    students : list of str
        Whose work was graded, in natural order.
    ungraded : list of str
        Who handed in and was not graded yet.
    missing : list of str
        Whom the gradebook knows and who handed in nothing.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        """Look up who is there.

        Raises
        ------
        CourseError
            If there is no such assignment, or nothing was graded.
        """
        if assignment not in ASSIGNMENTS:
            raise CourseError(
                f"there is no assignment {assignment!r}; there are: {', '.join(ASSIGNMENTS)}"
            )
        self.course, self.assignment = course, assignment
        self._cells: dict[str, Cell] = {}
        self._submissions: dict[str, tuple[str, datetime.timedelta]] = {}
        self._names: dict[str, str] = {}
        with self._session() as db:
            if db is not None:
                self._read_outline(db)
        folder = course.document("any", assignment).parent
        documents = {path.stem for path in folder.glob("*.json")}
        handed_in = set(course.submitted(assignment))
        # nbgrader makes an entry for whoever it begins to grade; with neither cells nor a
        # document there is nothing to show.
        graded = documents | set(self._submissions)
        self.students = natural(graded)
        self.ungraded = natural(handed_in - graded)
        self.missing = natural(set(self._names) - graded - handed_in)
        if not self.students:
            raise CourseError(
                f"no submission of {assignment!r} is graded yet: run coursekit grade {assignment} "
                "first"
            )

    @property
    def cells(self) -> list[Cell]:
        """The cells that carry points, as the gradebook has them."""
        return list(self._cells.values())

    def full_name(self, student: str) -> str:
        return self._names.get(student, "")

    def __iter__(self) -> Iterator[Record]:
        with self._session() as db:
            for start in range(0, len(self.students), BATCH):
                yield from self._batch(db, self.students[start : start + BATCH])

    def _batch(self, db: Any, students: list[str]) -> Iterator[Record]:
        records = {}
        for student in students:
            late = self._submissions.get(student, ("", datetime.timedelta()))[1]
            records[student] = Record(
                student,
                self._names.get(student, ""),
                entered=student in self._submissions,
                late=late,
            )
        if db is not None:
            self._add_grades(db, records)
        for record in records.values():
            record.document = read_document(self.course.document(record.student, self.assignment))
            yield record

    @contextlib.contextmanager
    def _session(self) -> Iterator[Any]:
        if not has_gradebook(self.course):
            yield None
            return
        with open_gradebook(self.course) as gradebook:
            yield gradebook.db

    def _read_outline(self, db: Any) -> None:
        for student, first, last in db.execute(
            select(api.Student.id, api.Student.first_name, api.Student.last_name)
        ):
            self._names[student] = " ".join(name for name in (first, last) if name)
        found = db.execute(
            select(api.Assignment.id, api.Assignment.duedate).where(
                api.Assignment.name == self.assignment
            )
        ).first()
        if found is None:
            return
        assignment_id, due = found
        for kind in (api.GradeCell, api.TaskCell):
            rows = db.execute(
                select(kind.id, kind.name, kind.max_score)
                .join(api.Notebook, api.Notebook.id == kind.notebook_id)
                .where(api.Notebook.assignment_id == assignment_id)
                .order_by(kind.name)
            )
            for cell_id, name, max_score in rows:
                self._cells[cell_id] = Cell(name, float(max_score), kind is api.TaskCell)
        submitted = api.SubmittedAssignment
        for key, student, came, extension in db.execute(
            select(
                submitted.id, submitted.student_id, submitted.timestamp, submitted.extension
            ).where(submitted.assignment_id == assignment_id)
        ):
            late = datetime.timedelta()
            if came is not None and due is not None:
                late = max(late, came - due - (extension or late))
            self._submissions[student] = (key, late)

    def _add_grades(self, db: Any, records: dict[str, Record]) -> None:
        keys = {
            self._submissions[student][0]: record
            for student, record in records.items()
            if student in self._submissions
        }
        notebook, grade, comment = api.SubmittedNotebook, api.Grade, api.Comment
        mine = notebook.assignment_id.in_(list(keys))
        for key, penalty, flagged in db.execute(
            select(
                notebook.assignment_id, notebook.late_submission_penalty, notebook.flagged
            ).where(mine)
        ):
            keys[key].penalty += penalty or 0.0
            keys[key].flagged |= bool(flagged)
        for key, cell_id, *points, pending in db.execute(
            select(
                notebook.assignment_id,
                grade.cell_id,
                grade.auto_score,
                grade.manual_score,
                grade.extra_credit,
                grade.needs_manual_grade,
            )
            .join(notebook, notebook.id == grade.notebook_id)
            .where(mine)
        ):
            auto, manual, extra = points
            if cell_id in self._cells:
                keys[key].grades.append(
                    Grade(self._cells[cell_id], auto, manual, extra or 0.0, bool(pending))
                )
        for key, name, text in db.execute(
            select(notebook.assignment_id, api.BaseCell.name, comment.comment)
            .join(notebook, notebook.id == comment.notebook_id)
            .join(api.BaseCell, api.BaseCell.id == comment.cell_id)
            .where(mine, comment.comment.is_not(None))
        ):
            if text.strip():
                keys[key].comments[name] = text
        for record in keys.values():
            record.grades.sort(key=lambda item: item.cell.name)


def read_document(path: Path) -> dict[str, Any] | None:
    """The judge's document that is kept at `path`, without the outputs; None if there is none."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_HEAD)
            document = _first_value(text)
            if document is None:
                document = json.loads(text + file.read()).get("document")
    except (OSError, ValueError, AttributeError):
        return None
    return document if isinstance(document, dict) and document.get("schema") == 1 else None


def _first_value(text: str) -> Any:
    # Outputs hold pictures and follow the document: most of the file need not be parsed.
    if not text.startswith(_START):
        return None
    with contextlib.suppress(ValueError):
        return json.JSONDecoder().raw_decode(text, len(_START))[0]
    return None


def natural(names: Any) -> list[str]:
    """Names in the order in which people sort them: student-2 before student-10."""

    def key(name: str) -> tuple:
        parts = re.split(r"([0-9]+)", name.casefold())
        return ([int(p) if i % 2 else p for i, p in enumerate(parts)], name)

    return sorted(names, key=key)
