"""Release: what students get is what the source makes, and nothing hidden is in it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from coursekit.checks import engine
from coursekit.cli import main
from coursekit.exercises import ASSIGNMENTS, exercises_of, stub
from coursekit.grading.course import Course, CourseError
from coursekit.grading.judge import checks_of
from coursekit.grading.preprocessors import grade_id
from coursekit.publishing.release import ReleaseError, inspect_source, is_current, release
from coursekit.publishing.student import publish_student


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_assignment_is_what_its_source_makes(repository: Course, assignment: str) -> None:
    assert is_current(repository, assignment), f"run coursekit release {assignment}"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
class TestReleasedNotebook:
    def test_holds_every_stub_and_no_solution(self, repository: Course, assignment: str) -> None:
        text = repository.released(assignment).read_text()
        sources = [cell.source for cell in nbformat.reads(text, as_version=4).cells]
        for entry in exercises_of(assignment):
            assert stub(entry) in sources
        for word in ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", entry.module):
            assert word not in text

    def test_points_are_those_of_the_checks(self, repository: Course, assignment: str) -> None:
        cells = nbformat.read(repository.released(assignment), as_version=4).cells
        shown = {
            cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
            for cell in cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        for exercise, points in engine.points_by_exercise(
            checks_of(repository, assignment)
        ).items():
            assert shown.pop(grade_id(exercise)) == points
        assert shown, "at least one question is graded by hand"
        assert all(name.startswith("written") for name in shown)

    def test_nothing_hidden_is_in_it(self, repository: Course, assignment: str) -> None:
        text = repository.released(assignment).read_text()
        for secret in secrets_of(repository, assignment):
            assert secret not in text

    def test_has_no_outputs(self, repository: Course, assignment: str) -> None:
        for cell in nbformat.read(repository.released(assignment), as_version=4).cells:
            assert not cell.get("outputs")

    def test_model_answers_are_gone(self, repository: Course, assignment: str) -> None:
        released = repository.released(assignment).read_text()
        for cell in nbformat.read(repository.solution(assignment), as_version=4).cells:
            marks = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "markdown" and marks.get("solution"):
                assert cell.source.splitlines()[0] not in released


def test_nbgrader_alone_makes_the_same_notebook(course: Course) -> None:
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "convolutions"]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    committed = Course(Path(__file__).parents[1]).released("convolutions")
    assert course.released("convolutions").read_bytes() == committed.read_bytes()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_points_in_the_text_are_those_of_the_checks(repository: Course, assignment: str) -> None:
    cells = nbformat.read(repository.released(assignment), as_version=4).cells
    points = engine.points_by_exercise(checks_of(repository, assignment))
    steps = [cell.source for cell in cells if cell.source.startswith("## Step")]
    told = [int(re.search(r"\*(\d+) points", step)[1]) for step in steps]
    assert sorted(told) == sorted(points.values())
    number = {4: "Four", 6: "Six"}[len(points)]
    assert f"{number} functions, {sum(told)} points" in cells[0].source


def secrets_of(course: Course, assignment: str) -> set[str]:
    """Names in the hidden checks and their oracles, and every long statement of theirs, as far as
    they are not how public checks say the same thing."""
    found = set()
    public = "\n".join(path.read_text() for path in course.package_root.glob("*/checks/*.py"))
    files = [*course.root.glob("tests/hidden/*.py"), *course.hidden(assignment).glob("*.py")]
    for path in files:
        text = path.read_text()
        found |= set(re.findall(r"^def (\w{12,})", text, re.MULTILINE))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.stmt) and not isinstance(node, ast.Import | ast.ImportFrom):
                code = ast.get_source_segment(text, node).splitlines()[0]
                # A docstring is no code; its shapes stand in the exercise's as well.
                if len(code) > 40 and not isinstance(getattr(node, "value", None), ast.Constant):
                    found.add(code)
    found = {secret for secret in found if secret not in public}
    assert len(found) > 50
    return found


def test_student_edition_holds_nothing_hidden(repository: Course, tmp_path: Path) -> None:
    said = publish_student(repository, tmp_path / "out")
    (wheel,) = (tmp_path / "out").glob("coursekit-*.whl")
    assert wheel.name in said
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        text = "\n".join(archive.read(name).decode(errors="replace") for name in names)
    assert "coursekit/checks/convolutions.py" in names
    assert "coursekit/grading/judge.py" not in names
    for assignment in ASSIGNMENTS:
        for secret in secrets_of(repository, assignment):
            assert secret not in text
    assert (tmp_path / "out" / "assignments" / "convolutions" / "convolutions.ipynb").is_file()


def test_student_edition_goes_into_no_folder_of_somebody_else(
    repository: Course, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="holds other files"):
        publish_student(repository, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.fixture
def own_source(course: Course) -> Path:
    """The course's source notebook as a file of its own, to be spoilt."""
    (course.root / "solutions").unlink()
    shutil.copytree(Path(__file__).parents[1] / "solutions", course.root / "solutions")
    return course.solution("convolutions")


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("import conv_forward", "import zero_pad", "one answer cell for zero_pad"),
        ('"conv_forward-checks"', '"conv_forward-test"', "'conv_forward-checks', and has 0"),
        ('"zero_pad-checks"', '"conv_forward-checks"', "'zero_pad-checks', and has 0"),
    ],
)
def test_source_without_a_cell_is_refused(
    own_source: Path, old: str, new: str, sentence: str
) -> None:
    spoil(own_source, old, new)
    with pytest.raises(ReleaseError, match=sentence):
        inspect_source(own_source, "convolutions")


def test_release_stops_where_the_reference_fails(course: Course, own_source: Path) -> None:
    spoil(own_source, "from coursekit.convolution import zero_pad", "zero_pad = lambda X, pad: X")
    with pytest.raises(ReleaseError, match="one answer cell for zero_pad"):
        release(course, "convolutions")
    assert not (course.root / "assignments").exists()


def test_release_stops_where_a_stub_passes(course: Course, own_source: Path) -> None:
    # An answer outside the solution marks would reach the students.
    spoil(
        own_source,
        '"### END SOLUTION"',
        '"### END SOLUTION\\n", "zero_pad = lambda X, pad: __import__(\'numpy\').pad('
        'X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))"',
    )
    with pytest.raises(ReleaseError, match="the stub passes"):
        release(course, "convolutions")
    assert not (course.root / "assignments").exists()


def test_check_option_sees_drift(course: Course, capsys: pytest.CaptureFixture) -> None:
    shutil.copytree(Path(__file__).parents[1] / "assignments", course.root / "assignments")
    assert main(["release", "convolutions", "--check"]) == 0
    spoil(course.released("convolutions"), "zero_pad", "zero_padding")
    assert main(["release", "convolutions", "--check"]) == 2
    assert "run coursekit release convolutions" in capsys.readouterr().err
