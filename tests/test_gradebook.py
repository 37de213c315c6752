"""The gradebook's writer: what it enters is what nbgrader's own autograde enters."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from course_directory import REPOSITORY, course_at
from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SchemaTooOldError, ValidationError
from nbgrader.preprocessors import CheckCellMetadata
from postgres import Server, postgres  # noqa: F401
from sqlalchemy import make_url, select
from sqlalchemy.exc import OperationalError

from coursekit.grading import gradebook as module
from coursekit.grading.course import Course, CourseError
from coursekit.grading.gradebook import (
    GradebookError,
    GradebookWriter,
    in_gradebook,
    is_entered,
    open_gradebook,
)
from coursekit.grading.judge import checks_of, refuse
from coursekit.grading.preprocessors import CheckMarks
from coursekit.grading.records import ClassRecords
from coursekit.grading.settings import DATABASE
from coursekit.publishing.release import generate

ASSIGNMENT = "convolutions"
CLASS = REPOSITORY / "sample_class"
CONFIGURATION = """
from coursekit.grading.settings import configure

c = get_config()
configure(c)
c.JudgeSubmission.only_kept = True
c.LateSubmissionPlugin.penalty_method = "zero"
"""
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


# --- a class, and what the judge said of it ------------------------------------------------


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the assignment released, and a gradebook in SQLite."""
    course = course_at(tmp_path_factory.mktemp("released"))
    generate(course, ASSIGNMENT, course.root)
    _set_due_date(course)
    return course


@pytest.fixture(scope="session")
def postgres_template(postgres: Server, released: Course) -> str:  # noqa: F811
    """The name of a database on a server that holds the released assignment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATABASE, postgres.create("template"))
        generate(released, ASSIGNMENT, released.root)
        _set_due_date(released)
    return "template"


def _set_due_date(course: Course) -> None:
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2024-05-01 12:00:00 UTC")
        # PostgreSQL minds a query that finds two rows where it wants one; SQLite does not.
        gradebook.update_or_create_assignment("another", duedate="2024-05-01 12:00:00 UTC")


@pytest.fixture(params=["sqlite", "postgresql"])
def make_course(
    request: pytest.FixtureRequest, released: Course, tmp_path: Path
) -> Callable[[str], Course]:
    """A function that makes a course directory with a gradebook of its own."""

    def make(name: str) -> Course:
        course = course_at(tmp_path / name)
        shutil.copytree(released.root / "assignments", course.root / "assignments")
        (course.root / "nbgrader_config.py").unlink()
        configuration = CONFIGURATION
        if request.param == "sqlite":
            shutil.copy(released.gradebook, course.gradebook)
        else:
            server = request.getfixturevalue("postgres")
            template = request.getfixturevalue("postgres_template")
            database = f"{name}_{os.urandom(4).hex()}"
            url = server.create(database, template).replace("://", "+psycopg://")
            configuration += f"c.CourseDirectory.db_url = {url!r}\n"
        (course.root / "nbgrader_config.py").write_text(configuration)
        return course

    return make


@pytest.fixture
def one(make_course: Callable[[str], Course]) -> Course:
    return make_course("course")


def judged(course: Course, passed: Callable[[int], bool] = bool) -> dict:
    """A made-up result: the checks whose number is `passed` passed."""
    document = refuse(
        checks_of(course, ASSIGNMENT), "failed", "Z has the wrong shape.",
        assignment=ASSIGNMENT, name=f"{ASSIGNMENT}.ipynb", digest=None, seed=7,
    )  # fmt: skip
    for number, check in enumerate(document["checks"]):
        if passed(number):
            check |= {"verdict": "passed", "points": check["max_points"], "message": ""}
    document["score"] = sum(check["points"] for check in document["checks"])
    shown = [
        {"output_type": "stream", "name": "stderr", "text": "a warning \x00 \ud800 here\n"},
        {"output_type": "display_data", "data": {"image/png": PIXEL, "text/html": "<script>"}},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["…"]},
    ]
    return {"document": document, "outputs": {str(i): shown for i in range(0, 60, 4)}}


def hand_in(course: Course, student: str, change: Callable[[dict], object] | None = None) -> Path:
    """A student who hands in the notebook as it was released, or with a `change`."""
    notebook = json.loads(course.released(ASSIGNMENT).read_text())
    if change is not None:
        change(notebook)
    path = course.handed_in(student, ASSIGNMENT)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    return path


def cell(notebook: dict, name: str) -> dict:
    marks = (c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id"))
    return next(c for c in marks if c["metadata"]["nbgrader"]["grade_id"] == name)


def answers(notebook: dict) -> None:
    cell(notebook, QUESTION)["source"] = ["An answer: \u00e4 \U0001f600"]


def changes_types(notebook: dict) -> None:
    check = cell(notebook, "zero_pad-checks")
    check |= {"cell_type": "markdown", "source": ["points: 100"]}
    del check["outputs"], check["execution_count"]
    check["metadata"]["nbgrader"] |= {"points": 1000, "locked": False}
    check["metadata"]["coursekit_index"] = 4


def unmarks(notebook: dict) -> None:
    cell(notebook, "zero_pad-checks")["metadata"]["nbgrader"]["grade_id"] = "made-up"
    cell(notebook, "conv_forward-checks")["metadata"]["nbgrader"]["grade"] = False


def breaks_marks(notebook: dict) -> None:
    cell(notebook, "zero_pad-checks")["metadata"]["nbgrader"] = {"grade_id": 5, "grade": "yes"}


def breaks_cells(notebook: dict) -> None:
    notebook["cells"][3] |= {"cell_type": "poem", "source": [1, 2]}


def half_a_pair(notebook: dict) -> None:
    cell(notebook, QUESTION)["source"] = ["half of a pair \ud800, and \x00"]


def loses_cells(notebook: dict) -> None:
    gone = {"zero_pad-checks", QUESTION}
    notebook["cells"] = [
        c
        for c in notebook["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") not in gone
    ]


QUESTION = "written-parameters"
HANDED_IN = {
    "answered": answers,
    "types-changed": changes_types,
    "unmarked": unmarks,
    "marks-broken": breaks_marks,
    "cells-broken": breaks_cells,
    "half-a-pair": half_a_pair,
    "cells-lost": loses_cells,
    "empty-list": lambda notebook: notebook["cells"].clear(),
    "graded-by-hand": answers,
    "faulty": answers,
    "wíth spaces": None,
}
SAMPLE = {f"student-{number}" for number in ("01", "07", "13", "17", "18", "19", "20", "23")}


def fill(course: Course) -> dict[str, dict]:
    """Hand in for a varied class; the made-up results by student."""
    for student in SAMPLE:
        shutil.copytree(CLASS / student, course.root / "submitted" / student)
    for student, change in HANDED_IN.items():
        hand_in(course, student, change)
    old = nbformat.convert(nbformat.read(course.released(ASSIGNMENT), 4), 3)
    course.handed_in("old-format", ASSIGNMENT).parent.mkdir(parents=True)
    nbformat.write(old, course.handed_in("old-format", ASSIGNMENT))

    folder = course.handed_in("answered", ASSIGNMENT).parent
    for name in ("data/mine.csv", "shared.csv", "__pycache__/x.pyc", "other.ipynb"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("theirs")
    (course.root / "solutions").unlink()
    shutil.copytree(REPOSITORY / "solutions", course.root / "solutions")
    (course.solution(ASSIGNMENT).parent / "shared.csv").write_text("the instructor's")
    for student, time in {"types-changed": "2024-05-03 10:00:00 CET", "answered": ""}.items():
        folder = course.handed_in(student, ASSIGNMENT).parent
        (folder / "timestamp.txt").write_text(time)

    results = {
        student: judged(course, lambda n, k=k: (n * 7 + k) % 5 > k % 3)
        for k, student in enumerate(sorted([*SAMPLE, *HANDED_IN, "old-format"]))
    }
    for check in results["faulty"]["document"]["checks"][:3]:
        check |= {"verdict": "fault", "points": 0.0}
    with open_gradebook(course) as gradebook:
        gradebook.add_student("graded-by-hand", first_name="Ann")
        gradebook.add_submission(ASSIGNMENT, "graded-by-hand", timestamp="2024-04-01 10:00:00 UTC")
        grade_by_hand(gradebook, "graded-by-hand")
    return results


def grade_by_hand(gradebook: Gradebook, student: str) -> None:
    work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
    for grade in work.grades:
        if grade.name in (QUESTION, "zero_pad-checks"):
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 1.0, False
    for comment in work.comments:
        comment.manual_comment = f"on {comment.name}"
    work.flagged = True
    gradebook.db.commit()


def tables(course: Course) -> dict[str, list]:
    """All rows of all tables, with what a row refers to in the place of its random id."""
    names: dict[str, tuple] = {}
    found = {}
    with open_gradebook(course) as gradebook:
        for table in api.Base.metadata.sorted_tables:
            found[table.name] = []
            for row in gradebook.db.execute(select(table)).mappings():
                values = tuple(
                    (column, names.get(value, value) if isinstance(value, str) else value)
                    for column, value in row.items()
                    if column != "id" or value in names or table.name in ("student", "course")
                )
                if isinstance(row.get("id"), str) and len(row["id"]) == 32:
                    names.setdefault(row["id"], (table.name, *values))
                found[table.name].append(values)
            found[table.name].sort(key=repr)
    # nbgrader's steps open the gradebook without the course's name, which makes them one more.
    found["course"] = [row for row in found["course"] if row != (("id", "default_course"),)]
    return found


def autograded(course: Course, student: str) -> dict[str, object]:
    """All that lies in a student's autograded folder, with the files' permissions."""
    folder = course.autograded(student, ASSIGNMENT)
    found = {}
    for path in sorted(folder.rglob("*")):
        name, mode = str(path.relative_to(folder)), oct(path.stat().st_mode)
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            for item in notebook.cells:
                item.pop("id", None)  # a random one, where the student's has none
            found[name] = (mode, notebook)
        else:
            found[name] = (mode, path.read_text() if path.is_file() else None)
    return found


def enter_all(course: Course, results: dict[str, dict]) -> None:
    with GradebookWriter(course, ASSIGNMENT) as writer:
        for student, result in results.items():
            writer.enter(student, result)
        writer.commit()


def grades(course: Course, student: str) -> dict[str, tuple]:
    with open_gradebook(course) as gradebook:
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        return {
            grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
            for grade in work.grades
        }


# --- the same as nbgrader ------------------------------------------------------------------


def test_rows_and_files_are_those_of_nbgrader(make_course: Callable[[str], Course]) -> None:
    theirs, ours = make_course("theirs"), make_course("ours")
    fill(theirs)
    results = fill(ours)
    for student, result in results.items():
        path = theirs.document(student, ASSIGNMENT)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result))
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT],
        cwd=theirs.root, capture_output=True, text=True,
        env={k: v for k, v in os.environ.items() if k != DATABASE},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    enter_all(ours, results)
    expected, entered = tables(theirs), tables(ours)
    assert expected.keys() == entered.keys()
    for name in expected:
        assert entered[name] == expected[name], name
    assert len(entered["submitted_assignment"]) == len(results)
    late = [row for row in entered["submitted_notebook"] if dict(row)["late_submission_penalty"]]
    assert len(late) == 2, "student-23 and types-changed came late"
    for student in results:
        assert autograded(ours, student) == autograded(theirs, student), student


def test_entering_again_touches_automatic_scores_only(one: Course) -> None:
    hand_in(one, "ann", answers)
    enter_all(one, {"ann": judged(one, lambda n: True)})
    with open_gradebook(one) as gradebook:
        grade_by_hand(gradebook, "ann")
    before = dict(tables(one))
    enter_all(one, {"ann": judged(one, lambda n: False)})
    after = tables(one)
    assert after["comment"] == before["comment"]
    for old, new in zip(before["grade"], after["grade"]):
        old, new = dict(old), dict(new)
        kept = ("manual_score", "extra_credit", "cell_id", "notebook_id")
        assert [old[name] for name in kept] == [new[name] for name in kept]
    scores = grades(one, "ann")
    assert scores["zero_pad-checks"] == (0, 1.5, True)
    assert scores["conv_forward-checks"] == (0, None, False)
    assert scores[QUESTION][1] == 1.5


def test_cells_that_are_there_twice_cost_no_written_answer(one: Course) -> None:
    def copies(notebook: dict) -> None:
        answers(notebook)
        twice = json.loads(json.dumps(cell(notebook, "zero_pad")))
        notebook["cells"].insert(0, twice | {"id": "copy"})

    hand_in(one, "ann", copies)
    enter_all(one, {"ann": judged(one)})
    assert grades(one, "ann")[QUESTION] == (None, None, True)
    (_, notebook) = autograded(one, "ann")[f"{ASSIGNMENT}.ipynb"]
    assert "nbgrader" not in notebook.cells[0].metadata
    assert cell(notebook, "zero_pad").cell_type == "code"


def test_folder_without_notebook_gets_zeros(one: Course) -> None:
    shutil.copytree(CLASS / "student-21", one.root / "submitted" / "student-21")
    one.handed_in("student-21", ASSIGNMENT).with_name("timestamp.txt").write_text("2024-04-01")
    enter_all(one, {"student-21": judged(one, lambda n: False)})
    assert set(grades(one, "student-21").values()) == {(0, None, False)}
    assert not one.autograded("student-21", ASSIGNMENT).exists()
    with open_gradebook(one) as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "student-21").timestamp.month == 4


def test_records_read_what_was_entered(one: Course) -> None:
    hand_in(one, "ann")
    result = judged(one, lambda n: n % 2 == 0)
    enter_all(one, {"ann": result})
    (record,) = ClassRecords(one, ASSIGNMENT)
    assert record.entered
    assert not record.differs()
    assert record.total == result["document"]["score"] > 0
    assert json.loads(one.document("ann", ASSIGNMENT).read_text()) == result
    url = one.gradebook_url
    assert is_entered(one, "ann", ASSIGNMENT, url)
    assert not is_entered(one, "ann", ASSIGNMENT, "sqlite:////elsewhere.db")
    assert in_gradebook(one, ASSIGNMENT) == {"ann"}
    one.handed_in("ann", ASSIGNMENT).write_text("{}")
    assert not is_entered(one, "ann", ASSIGNMENT, url)


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"schema_version": 2},
        {"points": -1},
        {"grade_id": ""},
        {"grade": "yes"},
        {"grade_id": "conv_forward-checks"},
    ],
)
def test_marks_are_checked_as_nbgrader_does(released: Course, marks: dict) -> None:
    good = nbformat.read(released.released(ASSIGNMENT), as_version=4)
    bad = nbformat.read(released.released(ASSIGNMENT), as_version=4)
    changed = cell(bad, "zero_pad-checks").metadata
    changed["nbgrader"] = changed["nbgrader"] | marks if marks else {}
    ours, theirs = CheckMarks(), CheckCellMetadata()
    for _ in range(2):  # what was good once is known the second time
        for check in (ours, theirs):
            check(good, {})
            with pytest.raises((ValidationError, SchemaTooOldError)):
                check(bad, {})


# --- what goes wrong -----------------------------------------------------------------------


def test_failure_of_one_student_undoes_no_other(
    one: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    students = ["ann", "bob", "cy"]
    for student in students:
        hand_in(one, student)
    enter_all(one, {"bob": judged(one, lambda n: True)})
    before = autograded(one, "bob")
    real = shutil.copyfile

    def fails(source: Path, target: Path) -> object:
        if "bob" in str(source):
            raise PermissionError(errno.EACCES, "Permission denied", str(source))
        return real(source, target)

    monkeypatch.setattr(module.shutil, "copyfile", fails)
    one.handed_in("bob", ASSIGNMENT).with_name("notes.txt").write_text("")
    with GradebookWriter(one, ASSIGNMENT) as writer:
        writer.enter("ann", judged(one, lambda n: True))
        with pytest.raises(GradebookError, match="bob: PermissionError") as caught:
            writer.enter("bob", judged(one, lambda n: False))
        writer.enter("cy", judged(one, lambda n: True))
        writer.commit()
    assert caught.value.students == ("bob",)
    assert not caught.value.final
    scores = [grades(one, student)["zero_pad-checks"][0] for student in students]
    assert scores[0] == scores[1] == scores[2] > 0, "bob's are those of the time before"
    assert autograded(one, "bob") == before
    noted = [is_entered(one, student, ASSIGNMENT, one.gradebook_url) for student in students]
    assert noted == [True, False, True]


def test_full_disk_is_said_so(one: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(one, "ann")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    with GradebookWriter(one, ASSIGNMENT) as writer:
        monkeypatch.setattr(module.os, "replace", full)
        with pytest.raises(GradebookError, match="ann: the disk is full") as caught:
            writer.enter("ann", judged(one))
        writer.commit()
    assert caught.value.final
    assert in_gradebook(one, ASSIGNMENT) == set()
    assert list(one.document("ann", ASSIGNMENT).parent.iterdir()) == []


def test_lost_database_names_all_that_are_not_entered(
    one: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ann", "bob", "cy"):
        hand_in(one, student)
    with GradebookWriter(one, ASSIGNMENT) as writer:
        writer.enter("ann", judged(one))
        writer.commit()
        writer.enter("bob", judged(one))
        flush = writer._session.flush

        def gone(*_: object) -> None:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))

        monkeypatch.setattr(writer._session, "flush", gone)
        with pytest.raises(GradebookError, match="disk is full") as caught:
            writer.enter("cy", judged(one))
        assert caught.value.students == ("bob", "cy")
        assert caught.value.final
        monkeypatch.setattr(writer._session, "flush", flush)
        writer.enter("cy", judged(one))
        writer.commit()
    assert in_gradebook(one, ASSIGNMENT) == {"ann", "cy"}
    assert not is_entered(one, "bob", ASSIGNMENT, one.gradebook_url)


@pytest.mark.parametrize("make_course", ["postgresql"], indirect=True)
def test_server_that_cuts_off_loses_nothing_in_silence(
    make_course: Callable[[str], Course],
    postgres: Server,  # noqa: F811
) -> None:
    course = make_course("cut")
    for student in ("ann", "bob"):
        hand_in(course, student)
    with GradebookWriter(course, ASSIGNMENT) as writer:
        writer.enter("ann", judged(course))
        postgres.drop_connections(make_url(course.gradebook_url).database)
        with pytest.raises(GradebookError) as caught:
            writer.commit()
        assert caught.value.students == ("ann",)
        writer.enter("bob", judged(course))
        writer.commit()
    assert in_gradebook(course, ASSIGNMENT) == {"bob"}


def test_nothing_is_entered_without_commit(one: Course) -> None:
    hand_in(one, "ann")
    with GradebookWriter(one, ASSIGNMENT) as writer:
        writer.enter("ann", judged(one))
    assert in_gradebook(one, ASSIGNMENT) == set()
    assert not is_entered(one, "ann", ASSIGNMENT, one.gradebook_url)


def test_somebody_may_read_and_write_between_commits(one: Course) -> None:
    for student in ("ann", "bob"):
        hand_in(one, student)
    with open_gradebook(one) as formgrader, GradebookWriter(one, ASSIGNMENT) as writer:
        assert formgrader.students == []  # its transaction stays open
        writer.enter("ann", judged(one))
        assert formgrader.students == []
        formgrader.db.rollback()
        writer.commit()
        grade_by_hand(formgrader, "ann")
        writer.enter("bob", judged(one))
        writer.commit()
    assert grades(one, "ann")[QUESTION][1] == 1.5
    assert in_gradebook(one, ASSIGNMENT) == {"ann", "bob"}


@pytest.mark.parametrize("make_course", ["sqlite"], indirect=True)
def test_writers_wait_for_one_another(one: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(one, "ann")
    somebody = sqlite3.connect(one.gradebook, isolation_level=None, check_same_thread=False)
    with monkeypatch.context() as patch:
        patch.setattr(module, "BUSY_SECONDS", 0.1)
        with GradebookWriter(one, ASSIGNMENT) as writer:
            somebody.execute("BEGIN IMMEDIATE")
            with pytest.raises(GradebookError, match=r"somebody else .* for 0.1 s") as caught:
                writer.enter("ann", judged(one))
            assert caught.value.students == ("ann",)
        with pytest.raises(CourseError, match=r"cannot be opened: somebody else"):
            GradebookWriter(one, ASSIGNMENT)
        somebody.execute("COMMIT")
    with GradebookWriter(one, ASSIGNMENT) as writer:
        somebody.execute("BEGIN IMMEDIATE")
        somebody.execute("INSERT INTO student (id) VALUES ('zoe')")
        # One who has read must not stand in the way of one who wants to finish.
        done = threading.Timer(1, somebody.execute, ["COMMIT"])
        done.start()
        writer.enter("ann", judged(one))
        writer.commit()
        done.join()
    somebody.close()
    assert in_gradebook(one, ASSIGNMENT) == {"ann"}


def test_no_link_leads_out_of_the_folder(one: Course, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.txt").write_text("SECRET")
    folder = hand_in(one, "ann").parent
    (folder / "key.txt").symlink_to(secret / "key.txt")
    (folder / "more").symlink_to(secret)
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "notes.txt").write_text("mine")
    (folder / "copy.txt").symlink_to("notes.txt")
    os.mkfifo(folder / "pipe")
    (folder / "timestamp.txt").symlink_to(secret / "key.txt")
    hand_in(one, "bob").unlink()
    shutil.copy(one.released(ASSIGNMENT), secret / "bob.ipynb")
    one.handed_in("bob", ASSIGNMENT).symlink_to(secret / "bob.ipynb")
    enter_all(one, {name: judged(one) for name in ("ann", "bob")})
    found = autograded(one, "ann")
    assert set(found) == {f"{ASSIGNMENT}.ipynb", "notes.txt", "copy.txt"}
    assert found["copy.txt"][1] == "mine"
    page = (one.autograded("bob", ASSIGNMENT) / f"{ASSIGNMENT}.ipynb").read_text()
    assert "could not be read as a notebook" in page


def test_files_beside_the_notebook_are_bounded(
    one: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (one.root / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.max_file_size = 2\nc.CourseDirectory.max_dir_size = 4\n")
    folder = hand_in(one, "ann").parent
    sizes = {"a": 1500, "b": 2500, "c": 1500, "d": 1500, "e": 500}
    for name, size in sizes.items():
        (folder / name).write_text("x" * size)
    enter_all(one, {"ann": judged(one)})
    assert set(autograded(one, "ann")) == {f"{ASSIGNMENT}.ipynb", "a", "c", "e"}
    monkeypatch.setattr(module, "MAX_FILES", 1)
    enter_all(one, {"ann": judged(one)})
    assert set(autograded(one, "ann")) == {f"{ASSIGNMENT}.ipynb", "a"}


@pytest.mark.parametrize("name", ["x" * 200, "a/../b'; DROP TABLE grade; --".replace("/", "_")])
def test_odd_names_are_entered_or_refused_with_their_name(one: Course, name: str) -> None:
    hand_in(one, name)
    hand_in(one, "ann")
    entered = {name, "ann"}
    with GradebookWriter(one, ASSIGNMENT) as writer:
        writer.enter("ann", judged(one))
        if len(name) > 128 and one.gradebook_url.startswith("postgresql"):
            with pytest.raises(GradebookError, match=f"{name}: .*too long") as caught:
                writer.enter(name, judged(one))
            assert caught.value.students == (name,)
            entered.remove(name)
        else:
            writer.enter(name, judged(one))
        writer.commit()
    assert in_gradebook(one, ASSIGNMENT) == entered


def test_name_that_is_no_text_is_refused(one: Course) -> None:
    name = os.fsdecode(b"na\xefve")
    hand_in(one, name)
    with GradebookWriter(one, ASSIGNMENT) as writer:
        with pytest.raises(GradebookError, match="is not UTF-8; rename it") as caught:
            writer.enter(name, judged(one))
        str(caught.value).encode()
        writer.commit()
    assert in_gradebook(one, ASSIGNMENT) == set()


@pytest.mark.parametrize(
    "time", ["yesterday", "", "0001-01-01 00:00:00 +1400", "2024-05-01 10:00:00 " + "9" * 90, "\0"]
)
def test_time_that_is_none_stops_nothing(one: Course, time: str) -> None:
    hand_in(one, "ann").with_name("timestamp.txt").write_text(time)
    enter_all(one, {"ann": judged(one)})
    with open_gradebook(one) as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "ann").timestamp is None


def test_assignment_that_is_not_released_gets_a_sentence(one: Course) -> None:
    with pytest.raises(CourseError, match="is not released here: run coursekit release"):
        GradebookWriter(one, "architectures")


def test_session_forgets_whom_it_entered(one: Course) -> None:
    students = [f"student-{number}" for number in range(4)]
    with GradebookWriter(one, ASSIGNMENT) as writer:
        for student in students:
            hand_in(one, student)
            writer.enter(student, judged(one))
            assert len(writer._session.identity_map) > 0
            writer.commit()
            assert len(writer._session.identity_map) == 0


# --- which gradebook -----------------------------------------------------------------------


def test_gradebook_is_a_file_of_the_course_by_default(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATABASE, raising=False)
    assert course.gradebook_url == f"sqlite:///{course.gradebook}"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://me:pw@host/db", "postgresql+psycopg://me:pw@host/db"),
        ("postgres://host/db?sslmode=require", "postgresql+psycopg://host/db?sslmode=require"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
        ("sqlite:////elsewhere/book.db", "sqlite:////elsewhere/book.db"),
    ],
)
def test_environment_names_the_gradebook(
    course: Course, monkeypatch: pytest.MonkeyPatch, given: str, url: str
) -> None:
    monkeypatch.setenv(DATABASE, given)
    assert course.gradebook_url == url


def test_configuration_names_the_gradebook(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE, raising=False)
    path = course.root / "nbgrader_config.py"
    path.unlink()
    line = "c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///marks.db'\n"
    call = "from coursekit.grading.settings import configure\nconfigure(get_config())\n"
    path.write_text(call + line)
    assert course.gradebook_url == f"sqlite:///{course.root}/marks.db"
    # With both, nbgrader must not use another one than this package's commands.
    monkeypatch.setenv(DATABASE, "sqlite:////elsewhere.db")
    with pytest.raises(CourseError, match="name two gradebooks"):
        _ = course.gradebook_url
    path.write_text(line + call)
    assert course.gradebook_url == "sqlite:////elsewhere.db"


def test_url_that_is_none_is_refused_without_showing_it(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE, "server user=me password=geheim")
    with pytest.raises(CourseError, match="is no URL of a database") as caught:
        _ = course.gradebook_url
    assert "geheim" not in str(caught.value)


def test_gradebook_that_cannot_be_opened_gets_a_sentence(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE, "postgresql://me:geheim@localhost:1/none")
    with (
        pytest.raises(CourseError, match=r"the gradebook .*localhost.* cannot be opened") as caught,
        open_gradebook(course),
    ):
        pass
    assert "geheim" not in str(caught.value)
