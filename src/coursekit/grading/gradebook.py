"""The one writer of the gradebook: nbgrader's autograde step for a whole class in one session.

It runs the steps that `settings.configure` gives `nbgrader autograde`, on one student's rows of a
gradebook that stays open.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import fnmatch
import hashlib
import json
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat.v4.rwbase import strip_transient
from nbgrader import api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from sqlalchemy import event, make_url, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import keep, write_whole
from coursekit.grading.preprocessors import leads_out, read_handed_in, readable, save_points
from coursekit.grading.settings import COURSE_ID, load
from coursekit.grading.submission import link_among

BUSY_SECONDS = 60  # how long to wait for somebody else who writes into an SQLite gradebook
MAX_FILES = 1000  # other files that are copied for one student


class GradebookError(CourseError):
    """Something could not be entered; the message says what and why.

    Attributes
    ----------
    students : tuple of str
        Whose work is not in the gradebook for it, and has to be entered again.
    final : bool
        Whether going on is useless, as with a full disk.
    """

    def __init__(self, message: str, students: tuple[str, ...], *, final: bool = False) -> None:
        super().__init__(message)
        self.students, self.final = students, final


@contextlib.contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """nbgrader's gradebook of a course; it is made if there is none.

    Raises
    ------
    CourseError
        If it cannot be opened.
    """
    url = make_url(course.gradebook_url)
    if url.get_backend_name() == "sqlite":
        url = url.update_query_dict({"timeout": str(BUSY_SECONDS)})
    try:
        gradebook = Gradebook(url.render_as_string(hide_password=False), COURSE_ID)
    except ModuleNotFoundError as error:
        raise CourseError(
            f"a gradebook at {shown(course.gradebook_url)} needs {error.name}: install "
            "coursekit[postgresql]"
        ) from None
    except SQLAlchemyError as error:
        raise _unusable(course, error) from error
    with gradebook:
        yield gradebook


def _unusable(course: Course, error: SQLAlchemyError) -> CourseError:
    return CourseError(
        f"the gradebook {shown(course.gradebook_url)} cannot be opened: {_cause(error)}"
    )


def has_gradebook(course: Course) -> bool:
    """Whether there may be a gradebook; to open one where there is none makes a file."""
    url = make_url(course.gradebook_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def shown(url: str) -> str:
    """A gradebook's URL for people: without the password."""
    return make_url(url).render_as_string(hide_password=True)


class GradebookWriter:
    """Enters results into the gradebook, and the autograded notebooks beside it.

    Use it in a `with` statement. What was entered since the last commit is undone at its end.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        """Look up what the gradebook knows of an assignment.

        Raises
        ------
        CourseError
            If the gradebook cannot be opened, or the assignment is not released into it.
        """
        self._course, self._assignment = course, assignment
        self._pending: dict[str, str] = {}
        self._url = course.gradebook_url
        config = load(course)
        log = logging.Logger("gradebook", logging.CRITICAL)
        self._directory = CourseDirectory(config=config, log=log)
        self._nbgrader = Autograde(coursedir=self._directory, config=config, log=log)
        self._cleaning, self._grading = (
            [kind(parent=self._nbgrader) for kind in kinds]
            for kinds in (
                self._nbgrader.sanitize_preprocessors,
                self._nbgrader.autograde_preprocessors,
            )
        )
        with contextlib.ExitStack() as stack:
            gradebook = stack.enter_context(open_gradebook(course))
            if gradebook.engine.dialect.name == "sqlite":
                _hold_transactions(gradebook)
            self._session: Session = gradebook.db()
            stack.callback(self._session.rollback)
            try:
                self._outline = _Outline(self._session, assignment)
            except SQLAlchemyError as error:
                raise _unusable(course, error) from error
            self._open = stack.pop_all()

    def __enter__(self) -> GradebookWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def enter(self, student: str, result: dict[str, Any]) -> None:
        """Keep one student's result, and enter it; `commit` makes it last.

        Automatic scores are set anew; what people graded and wrote stays.

        Parameters
        ----------
        student : str
        result : dict
            `document`, and `outputs`: what each cell showed, by its index as text.

        Raises
        ------
        GradebookError
            If it fails; the gradebook then has of this student what it had before.
        """
        result = {"document": result["document"], "outputs": result["outputs"]}
        try:
            student.encode()
        except UnicodeEncodeError:
            name = os.fsencode(student).decode(errors="backslashreplace")
            raise GradebookError(
                f"submitted/{name}: the folder's name is not UTF-8; rename it", (student,)
            ) from None
        try:
            keep(self._course, student, result)
            with self._session.begin_nested():
                rows = _Rows(self._session, self._outline, student, self._handed_in_at(student))
                notebook = self._course.handed_in(student, self._assignment)
                if notebook.is_file():
                    text = self._autograded(rows, notebook, result)
                    self._session.flush()
                    self._write(student, text)
                else:
                    save_points(rows.grades, result["document"], None)
            self._pending[student] = state(self._course, student, self._assignment, self._url)
        except Exception as error:
            raise self._failure(error, student) from error

    def commit(self) -> None:
        """Make what was entered last, and note whose work it was.

        Raises
        ------
        GradebookError
            If it fails; nothing since the last commit is then in the gradebook.
        """
        try:
            self._session.commit()
        except Exception as error:
            raise self._undo(error, ()) from error
        # The session would go on to know every row that it ever saw.
        self._session.expunge_all()
        entered, self._pending = self._pending, {}
        try:
            for student, note in entered.items():
                write_whole(self._course.entered(student, self._assignment), note)
        except OSError as error:
            # No harm: whose note is missing is entered once more.
            raise GradebookError(
                f"what was entered could not be noted: {_cause(error)}", (), final=True
            ) from error

    def _failure(self, error: Exception, student: str) -> GradebookError:
        """What to raise where one student could not be entered."""
        # Errors of one student's rows are undone with them. After others, as where the disk is
        # full or the server gone, a database may have undone more than it was asked to.
        harmless = isinstance(error, DataError | IntegrityError) or not isinstance(
            error, SQLAlchemyError
        )
        if not harmless:
            return self._undo(error, (student,))
        final = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        return GradebookError(f"{student}: {_cause(error)}", (student,), final=final)

    def _undo(self, error: Exception, students: tuple[str, ...]) -> GradebookError:
        with contextlib.suppress(SQLAlchemyError):
            self._session.rollback()
        self._session.expunge_all()
        lost = (*self._pending, *students)
        self._pending = {}
        return GradebookError(
            f"the gradebook could not be written, and {len(lost)} students are not entered "
            f"({', '.join(lost[:3])}{', …' if len(lost) > 3 else ''}): {_cause(error)}",
            lost,
            final=True,
        )

    def _handed_in_at(self, student: str) -> datetime.datetime | None:
        path = self._course.handed_in(student, self._assignment).with_name("timestamp.txt")
        # A time that is no time counts as none; the reader of times fails in many ways.
        with contextlib.suppress(Exception):
            if path.is_file() and not leads_out(path, path.parent):
                with path.open(encoding="utf-8") as file:
                    return parse_utc(file.read(100).strip())
        return None

    def _autograded(self, rows: _Rows, path: Path, result: dict[str, Any]) -> str:
        """Set the rows' scores, and give the notebook that shows how they came about."""
        names = {"student": rows.student, "assignment": self._assignment, "notebook": path.stem}
        resources = {"nbgrader": names | {"rows": rows, "result": result}}

        def run(steps: list[Any], notebook: Any) -> Any:
            for step in steps:
                notebook, _ = step(notebook, resources)
            return notebook

        try:
            notebook = run(self._cleaning, read_handed_in(path))
        except Exception:
            # Whatever is wrong with it, a student's notebook stops nobody's grade.
            notebook = run(self._cleaning, readable(path))
        # nbformat's own writing indents and splits lines, which takes as long as all the rest.
        return json.dumps(strip_transient(run(self._grading, notebook)), ensure_ascii=False) + "\n"

    def _write(self, student: str, text: str) -> None:
        """Put a student's folder under autograded/ in the place of what is there."""
        target = self._course.autograded(student, self._assignment)
        fresh, old = (target.with_name(f".{target.name}.{end}") for end in ("new", "old"))
        for leftover in (fresh, old):
            if leftover.exists():
                shutil.rmtree(leftover)
        fresh.mkdir(parents=True)
        try:
            for source, name in self._others(student):
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, fresh / name)
            path = fresh / f"{self._assignment}.ipynb"
            path.write_text(text, encoding="utf-8", errors="replace")
            if target.exists():
                target.rename(old)
            fresh.rename(target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            if old.exists() and not target.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
        self._nbgrader.set_permissions(self._assignment, student)

    def _others(self, student: str) -> Iterator[tuple[Path, Path]]:
        """Files to put beside the notebook, with their names there: the student's, and then the
        instructor's, which go before them."""
        notebook = self._course.handed_in(student, self._assignment)
        folder = notebook.parent
        own = [] if link_among(notebook) else self._files(folder)
        room = self._directory.max_dir_size * 1000
        for number, (path, size) in enumerate(own):
            if number == MAX_FILES:
                break
            if size <= min(room, self._directory.max_file_size * 1000):
                room -= size
                yield path, path.relative_to(folder)
        source = self._course.solution(self._assignment).parent
        kept = self._nbgrader.exclude_overwriting.get(self._assignment, [])
        for path, _ in self._files(source):
            if str(path.relative_to(source)) not in kept:
                yield path, path.relative_to(source)

    def _files(self, folder: Path) -> Iterator[tuple[Path, int]]:
        """Files in a folder but notebooks and what nbgrader ignores, with their sizes in bytes."""

        def ignored(name: str) -> bool:
            return any(fnmatch.fnmatch(name, pattern) for pattern in self._directory.ignore)

        for where, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not ignored(name))
            for name in sorted(names):
                path = Path(where, name)
                if ignored(name) or name.endswith(".ipynb") or leads_out(path, folder):
                    continue
                with contextlib.suppress(FileNotFoundError):  # a link to nothing
                    about = path.stat()
                    if stat.S_ISREG(about.st_mode):
                        yield path, about.st_size


class _Outline:
    """What the gradebook has of an assignment itself, read once."""

    def __init__(self, session: Session, assignment: str) -> None:
        found = session.scalar(select(api.Assignment).filter_by(name=assignment))
        notebooks = {notebook.name: notebook for notebook in found.notebooks} if found else {}
        if assignment not in notebooks:
            raise CourseError(
                f"{assignment!r} is not released here: run coursekit release {assignment} first"
            )
        self.assignment_id = found.id
        self.notebooks = notebooks
        self.notebook = notebooks[assignment]
        self.sources = {cell.name: cell for cell in self.notebook.source_cells}
        # Grades and comments, and the cells of which a student has one: name by id.
        self.kinds = {}
        for notebook in notebooks.values():
            graded = [*notebook.grade_cells, *notebook.task_cells]
            commented = [*notebook.solution_cells, *notebook.task_cells]
            self.kinds[notebook.name] = (
                (api.Grade, {cell.id: cell.name for cell in graded}),
                (api.Comment, {cell.id: cell.name for cell in commented}),
            )
        self.points = {}
        for cell in (*self.notebook.task_cells, *self.notebook.grade_cells):
            session.refresh(cell)
            self.points[cell.name] = cell
        session.expunge_all()
        session.rollback()


class _Rows:
    """One student's rows, under the names by which nbgrader's steps ask a gradebook for them.

    Attributes
    ----------
    submission : SubmittedAssignment
    work : SubmittedNotebook
    grades : dict of str to Grade
        By the names of their cells.
    """

    def __init__(
        self,
        session: Session,
        outline: _Outline,
        student: str,
        came: datetime.datetime | None,
    ) -> None:
        self.student, self._session, self._outline = student, session, outline
        self.submission = session.scalar(
            select(api.SubmittedAssignment).filter_by(
                assignment_id=outline.assignment_id, student_id=student
            )
        )
        if self.submission is None:
            self._create()
        else:
            self._read()
        if came is not None:
            self.submission.timestamp = came

    def _read(self) -> None:
        """The rows of a submission that is there."""
        session, notebook = self._session, self._outline.notebook
        self.work = session.scalar(
            select(api.SubmittedNotebook).filter_by(
                assignment_id=self.submission.id, notebook_id=notebook.id
            )
        )
        self.grades, self.comments = (
            {
                cells[row.cell_id]: row
                for row in session.scalars(select(kind).filter_by(notebook_id=self.work.id))
            }
            for kind, cells in self._outline.kinds[notebook.name]
        )

    def _create(self) -> None:
        """The rows of a first submission, as `Gradebook.add_submission` makes them."""
        session, outline = self._session, self._outline
        if session.get(api.Student, self.student) is None:
            session.add(api.Student(id=self.student))
        self.submission = api.SubmittedAssignment(
            id=api.new_uuid(), assignment_id=outline.assignment_id, student_id=self.student
        )
        session.add(self.submission)
        for notebook in outline.notebooks.values():
            work = api.SubmittedNotebook(
                id=api.new_uuid(), assignment_id=self.submission.id, notebook_id=notebook.id
            )
            session.add(work)
            grades, comments = (
                {name: kind(cell_id=cell, notebook_id=work.id) for cell, name in cells.items()}
                for kind, cells in outline.kinds[notebook.name]
            )
            session.add_all([*grades.values(), *comments.values()])
            if notebook is outline.notebook:
                self.work, self.grades, self.comments = work, grades, comments

    def seconds_late(self) -> float:
        self._session.flush()
        return self.submission.total_seconds_late

    def score(self) -> float:
        """The points as they stand, without a penalty."""
        self._session.flush()
        self._session.expire(self.work, ["score"])
        return self.work.score

    # From here on, what nbgrader asks of a Gradebook.

    @property
    def db(self) -> _Rows:
        return self

    def commit(self) -> None:
        """The writer commits, for many students at once."""

    def find_notebook(self, *_: str) -> api.Notebook:
        return self._outline.notebook

    def find_source_cell(self, name: str, *_: str) -> api.SourceCell:
        return _found(self._outline.sources, name)

    def find_graded_cell(self, name: str, *_: str) -> api.BaseCell:
        return _found(self._outline.points, name)

    def find_grade(self, name: str, *_: str) -> api.Grade:
        return _found(self.grades, name)

    def find_comment(self, name: str, *_: str) -> api.Comment:
        return _found(self.comments, name)


def _found(rows: dict[str, Any], name: str) -> Any:
    if name not in rows:
        raise MissingEntry(f"the gradebook knows no cell {name!r}")
    return rows[name]


def _hold_transactions(gradebook: Gradebook) -> None:
    """Make SQLite keep savepoints inside a transaction, and wait its turn at the beginning of it:
    it gives up at once where a reader wants to become a writer while another is one."""

    @event.listens_for(gradebook.engine, "connect")
    def leave_it_to_us(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(gradebook.engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    # Connections that were made before do not know.
    gradebook.db.remove()
    gradebook.engine.dispose()


def state(course: Course, student: str, assignment: str, url: str) -> str:
    """A digest of all that a student's entry in the gradebook at `url` is made from."""
    digest = hashlib.sha256(shown(url).encode())
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


def is_entered(course: Course, student: str, assignment: str, url: str) -> bool:
    """Whether a student's work stands in the gradebook at `url` as it is now.

    That the gradebook still has it is not asked, nor whether it was judged by today's checks.
    """
    with contextlib.suppress(OSError):
        noted = course.entered(student, assignment).read_text()
        return noted == state(course, student, assignment, url)
    return False


def in_gradebook(course: Course, assignment: str) -> set[str]:
    """The students whose work on an assignment stands in the gradebook."""
    if not has_gradebook(course):
        return set()
    with open_gradebook(course) as gradebook:
        return set(
            gradebook.db.scalars(
                select(api.SubmittedAssignment.student_id)
                .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
                .where(api.Assignment.name == assignment)
            )
        )


def _cause(error: BaseException) -> str:
    """An exception in one line."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig  # without the statement and its values
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"the disk is full ({error.filename or 'no room left'}); make room and grade again"
    said = (str(error).strip().splitlines() or [""])[0]
    if said == "database is locked":
        return f"somebody else has been writing into the gradebook for {BUSY_SECONDS} s"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
