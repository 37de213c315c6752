"""A class from submissions to gradebook, by `coursekit grade` and by `nbgrader autograde`."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import nbformat
import pytest
from course_directory import REPOSITORY, course_at
from nbgrader.api import Gradebook, MissingEntry

from coursekit.checks import engine
from coursekit.cli import main
from coursekit.grading.course import Course
from coursekit.grading.judge import checks_of, schema
from coursekit.publishing.release import generate

CLASS = REPOSITORY / "sample_class"
with open(CLASS / "expected.csv", newline="") as file:
    EVERYTHING = list(csv.DictReader(file))
ASSIGNMENT = "convolutions"
EXPECTED = [row for row in EVERYTHING if row["assignment"] == ASSIGNMENT]


def make_course(
    root: Path, students: list[str] | None = None, assignment: str = ASSIGNMENT
) -> Course:
    course = course_at(root)
    generate(course, assignment, root)
    for folder in sorted(CLASS.glob("student-*")):
        if students is None or folder.name in students:
            shutil.copytree(folder, root / "submitted" / folder.name)
    return course


def run(course: Course, *command: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"COURSEKIT_ROOT": str(course.root)}
    return subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)


def scores(course: Course) -> dict[str, float]:
    """Automatic points in the gradebook; nothing for whom it does not know."""
    found = {}
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        for row in EXPECTED:
            try:
                entry = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, row["student"])
            except MissingEntry:
                continue
            found[row["student"]] = sum(grade.auto_score or 0 for grade in entry.grades)
    return found


EXPECTED_SCORES = {row["student"]: float(row["score"]) for row in EXPECTED}


@pytest.fixture(scope="module")
def by_coursekit(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("coursekit") / "course")
    done = run(course, sys.executable, "-m", "coursekit.cli", "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="module")
def by_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("nbgrader") / "course")
    run(course, sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT)
    return course


def test_sample_class_is_complete() -> None:
    assert len(EXPECTED) >= 14
    assert {row["student"] for row in EXPECTED} == {f.name for f in CLASS.glob("student-*")}
    handed_in = {(folder.parent.name, folder.name) for folder in CLASS.glob("student-*/*")}
    assert {(row["student"], row["assignment"]) for row in EVERYTHING} == handed_in


def test_coursekit_grade_gives_the_expected_scores(by_coursekit: Course) -> None:
    assert scores(by_coursekit) == EXPECTED_SCORES


# Whoever takes the package's own functions finds none in the student edition: see below.
OTHERS = {
    (row["assignment"], row["student"]): float(row["score"])
    for row in EVERYTHING
    if row["assignment"] != ASSIGNMENT and row["student"] != "student-24"
}


@pytest.mark.parametrize(("assignment", "student"), OTHERS)
def test_other_assignments_have_the_expected_scores(
    repository: Course, assignment: str, student: str
) -> None:
    """Here, without a candidate: each function of a notebook is defined and checked."""
    functions: dict = {}
    checks = checks_of(repository, assignment)
    answers = {check.exercise for check in checks}
    path = CLASS / student / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in answers | {"tensorflow"}:
            exec(cell.source, functions)
    student_here = engine.LocalStudent(functions)
    results = [engine.run(check, student_here, 7) for check in checks]
    assert all(result.verdict != "fault" for result in results)
    assert sum(result.points for result in results) == OTHERS[assignment, student]


def test_second_assignment_is_graded_beside_the_first(tmp_path: Path) -> None:
    students = ["student-10", "student-24"]
    course = make_course(tmp_path / "course", students=students, assignment="faces")
    done = run(course, sys.executable, "-m", "coursekit.cli", "grade", "faces")
    assert done.returncode == 0, done.stderr
    for student, score in zip(students, (OTHERS["faces", "student-10"], 0)):
        document = json.loads(course.document(student, "faces").read_text())["document"]
        assert (document["score"], document["max_score"]) == (score, 40)


def test_nbgrader_autograde_gives_the_same_scores(by_nbgrader: Course) -> None:
    found = scores(by_nbgrader)
    # nbgrader makes no entry for a folder without a notebook; its score is nothing either way.
    assert {name: found.get(name, 0.0) for name in EXPECTED_SCORES} == EXPECTED_SCORES


def test_documents_agree_with_the_gradebook_and_the_schema(by_coursekit: Course) -> None:
    for student, score in EXPECTED_SCORES.items():
        kept = json.loads(by_coursekit.document(student, ASSIGNMENT).read_text())
        jsonschema.validate(kept["document"], schema())
        assert kept["document"]["score"] == score
        assert all(check["verdict"] != "fault" for check in kept["document"]["checks"])


def test_autograded_notebooks_hold_nothing_that_runs(by_coursekit: Course) -> None:
    for path in by_coursekit.root.glob("autograded/*/*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            is_ours = cell.metadata.get("nbgrader", {}).get("grade", False)
            for output in cell.get("outputs", []):
                kinds = set(output.get("data", {}))
                allowed = {"text/plain", "image/png", "image/jpeg"}
                assert kinds <= (allowed | {"text/html"} if is_ours else allowed)


def test_second_run_changes_nothing(by_coursekit: Course) -> None:
    before = by_coursekit.gradebook.stat().st_mtime_ns
    done = run(by_coursekit, sys.executable, "-m", "coursekit.cli", "grade", ASSIGNMENT)
    assert "nothing has changed" in done.stdout
    assert by_coursekit.gradebook.stat().st_mtime_ns == before


def test_manual_grades_and_late_penalties_go_through_nbgrader(by_coursekit: Course) -> None:
    student = next(s for s, score in EXPECTED_SCORES.items() if score == 100)
    with Gradebook(f"sqlite:///{by_coursekit.gradebook}") as gradebook:
        entry = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        written = [grade for grade in entry.grades if grade.name.startswith("written")]
        name = written[0].name
        written[0].manual_score = 4
        written[0].extra_credit = 1
        gradebook.db.commit()
    done = run(
        by_coursekit, sys.executable, "-m", "coursekit.cli",
        "grade", ASSIGNMENT, "--student", student, "--force", "--seed", "5",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{by_coursekit.gradebook}") as gradebook:
        entry = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        kept = next(grade for grade in entry.grades if grade.name == name)
        assert (kept.manual_score, kept.extra_credit) == (4, 1)
        assert entry.score == 105
    document = json.loads(by_coursekit.document(student, ASSIGNMENT).read_text())["document"]
    assert document["seed"] == 5


def test_feedback_and_report_are_written(
    by_coursekit: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("COURSEKIT_ROOT", str(by_coursekit.root))
    assert main(["feedback", ASSIGNMENT]) == 0
    assert main(["report", ASSIGNMENT]) == 0
    for student in EXPECTED_SCORES:
        assert by_coursekit.feedback(student, ASSIGNMENT).is_file()
    report = by_coursekit.report(ASSIGNMENT).read_text()
    assert all(student in report for student in EXPECTED_SCORES)


def test_dead_judge_is_a_fault_not_a_zero(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", students=["student-01"])
    (course.root / "tests").unlink()
    shutil.copytree(REPOSITORY / "tests" / "hidden", course.root / "tests" / "hidden")
    path = course.hidden(ASSIGNMENT) / "test_zero_pad.py"
    text = path.read_text()
    # It counts how often it is tried.
    counter = tmp_path / "counter"
    start = "def test_pad_of_zero(student, rng):\n"
    killing = (
        "if type(student).__name__ == 'RemoteStudent': "  # not where the reference is tried
        f"open({str(counter)!r}, 'a').write('.'), __import__('os').abort()"
    )
    assert start in text
    docstring_end = text.index('"""\n', text.index('"""', text.index(start)) + 3) + 4
    path.write_text(f"{text[:docstring_end]}    {killing}\n{text[docstring_end:]}")
    done = run(course, sys.executable, "-m", "coursekit.cli", "grade", ASSIGNMENT)
    assert done.returncode == 1, done.stderr
    assert counter.read_text() == "..", "a fault is tried once more"
    assert "1 submission could not be judged" in done.stdout
    document = json.loads(course.document("student-01", ASSIGNMENT).read_text())["document"]
    assert {check["verdict"] for check in document["checks"]} == {"fault"}
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        entry = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "student-01")
        automatic = [grade for grade in entry.grades if grade.name.endswith("-checks")]
        assert all(grade.auto_score is None and grade.needs_manual_grade for grade in automatic)
    # Next time it is judged again.
    path.write_text(text)
    done = run(course, sys.executable, "-m", "coursekit.cli", "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    assert scores(course) == {"student-01": EXPECTED_SCORES["student-01"]}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--student", "nobody"], "'nobody' handed in nothing"),
        (["--jobs", "0"], "--jobs is 0, and must be 1 or more"),
    ],
)
def test_bad_arguments_get_a_sentence(
    by_coursekit: Course,
    arguments: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.setenv("COURSEKIT_ROOT", str(by_coursekit.root))
    assert main(["grade", ASSIGNMENT, *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_what_is_handed_in_again_is_entered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    from coursekit.grading.jobs import judge_student

    student = "student-01"
    course = make_course(tmp_path / "course", students=[student])
    monkeypatch.setenv("COURSEKIT_ROOT", str(course.root))
    assert main(["grade", ASSIGNMENT]) == 0
    notebook = nbformat.read(course.handed_in(student, ASSIGNMENT), as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("written"):
            cell.source = "MY NEW ANSWER"
    nbformat.write(notebook, course.handed_in(student, ASSIGNMENT))
    # Judged, and then the run was killed before the gradebook knew of it.
    judge_student(course, student, ASSIGNMENT)
    assert main(["grade", ASSIGNMENT]) == 0
    autograded = course.autograded(student, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
    assert "MY NEW ANSWER" in autograded.read_text()
    # A time that is no time stops nobody's grade.
    course.handed_in(student, ASSIGNMENT).with_name("timestamp.txt").write_text("yesterday")
    assert main(["grade", ASSIGNMENT]) == 0
    assert scores(course) == {student: EXPECTED_SCORES[student]}


def test_changed_points_need_a_new_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    course = make_course(tmp_path / "course", students=["student-01"])
    monkeypatch.setenv("COURSEKIT_ROOT", str(course.root))
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.find_grade_cell("zero_pad-checks", ASSIGNMENT, ASSIGNMENT).max_score = 3
        gradebook.db.commit()
    assert main(["grade", ASSIGNMENT]) == 2
    assert "points of zero_pad have changed since the release" in capsys.readouterr().err


def test_empty_submission_folder_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    course = make_course(tmp_path / "course", students=[])
    monkeypatch.setenv("COURSEKIT_ROOT", str(course.root))
    assert main(["grade", ASSIGNMENT]) == 2
    assert "nothing to grade: put notebooks into submitted/STUDENT" in capsys.readouterr().err
