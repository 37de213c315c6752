"""Nothing is lost: runs that are killed, stopped or starved, and graded again.

The runs are real ones, `coursekit grade` in a process of its own, over small notebooks whose
points do not depend on the seed.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import jsonschema
import nbformat
import pytest
from course_directory import REPOSITORY
from nbgrader.api import Gradebook
from ordinary_user import EVERYTHING, NAMESPACES, elsewhere

from coursekit.grading.changes import changes_of
from coursekit.grading.course import Course
from coursekit.grading.judge import schema
from coursekit.grading.sandbox import Limits
from coursekit.grading.seal import LAYERS
from coursekit.publishing.release import generate

ASSIGNMENT = "convolutions"
STOPPED = "coursekit: stopped; what is finished stays, and the same command goes on from there.\n"
CONFIGURATION = """
from coursekit.grading.settings import configure

c = get_config()
configure(c)
c.LateSubmissionPlugin.penalty_method = "zero"
"""
PADS = ("right/{}/loops", "wrong/{}/ones", "wrong/{}/padded_twice", "wrong/{}/nothing_returned")
STEPS = ("right/{}/loops", "wrong/{}/no_bias", "")
GUARD = 240  # seconds after which a process is taken to hang


# --- a small class ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the assignment released, and hidden checks of two functions only."""
    root = tmp_path_factory.mktemp("resume") / "base"
    (root / "tests").mkdir(parents=True)
    for name in ("src", "solutions"):
        (root / name).symlink_to(REPOSITORY / name)
    hidden = REPOSITORY / "tests" / "hidden"
    shutil.copytree(hidden, root / "tests/hidden", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (root / "tests/hidden" / ASSIGNMENT).glob("test_*.py"):
        if path.stem not in ("test_zero_pad", "test_conv_single_step"):
            path.unlink()
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    course = Course(root)
    generate(course, ASSIGNMENT, root)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2024-05-01 12:00:00 UTC")
    return course


@pytest.fixture
def make(base: Course, tmp_path: Path) -> Callable[..., Course]:
    """A function that copies the course, with so many students."""

    def make(students: int, name: str = "course", first_cell: str = "") -> Course:
        shutil.copytree(base.root, tmp_path / name, symlinks=True)
        return hand_in(Course(tmp_path / name), students, first_cell)

    return make


def hand_in(course: Course, students: int, first_cell: str = "") -> Course:
    """Notebooks of all sorts: right, wrong, half done, late, broken, and one that is missing."""
    for number in range(students):
        folder = course.handed_in(f"student-{number:02}", ASSIGNMENT).parent
        folder.mkdir(parents=True)
        if number % 20 == 17:
            continue
        path = folder / f"{ASSIGNMENT}.ipynb"
        if number % 20 == 13:
            path.write_text('{"cells": [')
            continue
        cells = [first_cell] if first_cell else []
        for exercise, choices in (("zero_pad", PADS), ("conv_single_step", STEPS)):
            choice = choices[number % len(choices)].format(f"{ASSIGNMENT}/{exercise}")
            if choice:
                cells.append((REPOSITORY / "tests" / f"{choice}.py").read_text())
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
        for cell_number, cell in enumerate(made.cells):
            cell.id = f"cell-{cell_number}"  # the same file in every course
        nbformat.write(made, path)
        if number % 20 == 4:
            (folder / "timestamp.txt").write_text("2024-05-02 12:00:00 UTC")
    return course


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "coursekit.cli", "grade", ASSIGNMENT, "--jobs", "2", *arguments]


def start(course: Course, *arguments: str, words: list[str] | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        words or command(*arguments),
        cwd=course.root,
        env=os.environ | {"COURSEKIT_ROOT": str(course.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(run: subprocess.Popen) -> tuple[int, str, str]:
    """Exit code, output, and what was said on standard error without the progress bar."""
    out, err = run.communicate(timeout=GUARD)
    err = "".join(line for line in err.splitlines(True) if not line.startswith("Grading "))
    return run.returncode, out, err


def grade(course: Course, *arguments: str) -> tuple[int, str, str]:
    return finish(start(course, *arguments))


QUERIES = {
    "grades": """
        select student_id, base_cell.name, auto_score, manual_score, extra_credit,
               needs_manual_grade
        from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join base_cell on base_cell.id = grade.cell_id order by 1, 2""",
    "comments": """
        select student_id, base_cell.name, auto_comment, manual_comment
        from comment join submitted_notebook on comment.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join base_cell on base_cell.id = comment.cell_id order by 1, 2""",
    "notebooks": """
        select student_id, flagged, late_submission_penalty, timestamp
        from submitted_notebook
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        order by 1""",
}


def rows(course: Course) -> dict[str, list[tuple]]:
    """What the gradebook says of everybody."""
    with contextlib.closing(sqlite3.connect(course.gradebook)) as database:
        return {name: database.execute(query).fetchall() for name, query in QUERIES.items()}


def documents(course: Course) -> dict[str, dict]:
    """The results that are kept, by student."""
    folder = course.document("any", ASSIGNMENT).parent
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def names_in(folder: Path, ending: str) -> set[str]:
    return {path.stem for path in folder.glob(f"*{ending}")}


# --- processes ------------------------------------------------------------------------------


def processes(course: Course) -> dict[int, tuple[int, str]]:
    """The processes that have to do with a course: parent and command line, by number."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes()
            try:
                about = line + (folder / "environ").read_bytes()
            except PermissionError:
                about = line
            if str(course.root).encode() in about and int(folder.name) != os.getpid():
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                if stat[0] != "Z":  # ended, and not yet missed by anybody
                    found[int(folder.name)] = int(stat[1]), line.decode(errors="replace")
    return found


def await_none(course: Course) -> None:
    """Wait until no process of a course is left."""
    wait_for(lambda: not processes(course), f"{processes(course)} to end")


def wait_for(condition: Callable[[], object], what: str) -> object:
    deadline = time.monotonic() + GUARD / 4
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.005)
    return found


def of_kind(course: Course, kind: str) -> list[int]:
    """The processes of a run of a kind: "pool" and "candidate" are its warm parents, "judge" and
    "sealed" what they fork."""
    all_of_them = processes(course)
    module = {"judge": "pool", "sealed": "candidate"}.get(kind, kind)
    family = {pid for pid, (_, line) in all_of_them.items() if f"grading.{module}\0" in line}
    parents = {all_of_them[pid][0] for pid in family} & family
    leaves = family - parents
    if kind in ("judge", "sealed"):
        return sorted(leaves if parents else ())
    return sorted(parents or family)


def has_kept(course: Course, number: int, run: subprocess.Popen) -> bool:
    """Whether there are so many documents, or the run is at its end."""
    folder = course.document("any", ASSIGNMENT).parent
    return run.poll() is not None or len(names_in(folder, ".json")) >= number


# --- killed at random moments ----------------------------------------------------------------


@pytest.fixture(scope="module")
def undisturbed(base: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of sixty, graded in one go."""
    root = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(base.root, root, symlinks=True)
    course = hand_in(Course(root), 60)
    code, _, said = grade(course, "--seed", "7")
    assert (code, said) == (0, "")
    return course


def test_class_is_worth_a_test(undisturbed: Course) -> None:
    kept = documents(undisturbed)
    assert len(kept) == 60
    assert len({result["document"]["score"] for result in kept.values()}) >= 5
    verdicts = {c["verdict"] for result in kept.values() for c in result["document"]["checks"]}
    assert {"passed", "failed", "error"} <= verdicts
    assert "fault" not in verdicts
    assert sum(penalty is not None for _, _, penalty, _ in rows(undisturbed)["notebooks"]) == 3
    await_none(undisturbed)


def test_killed_at_random_moments_and_resumed(make, undisturbed: Course) -> None:
    course, chance = make(60), random.Random(20260101)
    kept_in = course.document("any", ASSIGNMENT).parent
    noted_in = course.entered("any", ASSIGNMENT).parent
    kills = 0
    entered: dict[str, int] = {}  # the document's inode of whom the gradebook has
    while True:
        before = names_in(kept_in, ".json")
        run = start(course, "--seed", "7")
        if kills < 2:  # while it starts
            time.sleep(chance.uniform(0, 3))
        else:
            more = chance.randint(1, 9)
            wait_for(partial(has_kept, course, len(before) + more, run), "documents")
            time.sleep(chance.uniform(0, 0.4))
        run.kill()
        run.communicate()
        await_none(course)
        for student, inode in entered.items():
            assert course.document(student, ASSIGNMENT).stat().st_ino == inode, (
                f"{student} stands in the gradebook, and was graded again"
            )
        for student in names_in(noted_in, ".txt"):
            entered[student] = course.document(student, ASSIGNMENT).stat().st_ino
        assert before <= names_in(kept_in, ".json")
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL
        kills += 1
    assert kills >= 6
    code, said, _ = grade(course, "--seed", "8")
    assert (code, said) == (0, f"60 submissions of {ASSIGNMENT} graded; nothing has changed.\n")
    assert rows(course) == rows(undisturbed)
    assert documents(course) == documents(undisturbed)
    for path in undisturbed.root.glob("autograded/*/*/*"):
        # A cell that a notebook lacked is put in under a name that is drawn.
        texts = [(root / path.relative_to(undisturbed.root)).read_text()
                 for root in (undisturbed.root, course.root)]  # fmt: skip
        one, other = (re.sub(r'"id": "[0-9a-f]+"', "", text) for text in texts)
        assert one == other
    assert not list(course.root.glob("autograded/*/.*"))


@pytest.mark.parametrize("pause", [0, 1], ids=["while-entering", "while-waiting"])
def test_interrupted_run_ends_soon_and_keeps_what_is_judged(make, pause: float) -> None:
    course = make(12)
    # One that would take minutes: it sleeps wherever it may.
    slow = course.handed_in("zz-slow", ASSIGNMENT)
    slow.parent.mkdir(parents=True)
    sleeps = "import time\ndef zero_pad(X, pad):\n    time.sleep(1000)\n"
    cells = [nbformat.v4.new_code_cell(text) for text in (sleeps, "zero_pad(0, 0)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), slow)
    run = start(course, "--seed", "1")
    kept_in = course.document("any", ASSIGNMENT).parent
    wait_for(lambda: len(names_in(kept_in, ".json")) == 12, "all but the slow one")
    time.sleep(pause)
    run.send_signal(signal.SIGINT)
    # The slow one takes at least two of its checks' time to the end.
    out, err = run.communicate(timeout=Limits().patience * Limits().check_seconds)
    assert (run.returncode, out) == (2, "")
    assert err.endswith(STOPPED)
    await_none(course)
    entered = {student for student, *_ in rows(course)["notebooks"]}
    assert entered <= names_in(kept_in, ".json")
    assert len(entered) >= 11, "all but the one that was being entered"
    # What was judged is not judged again: its seed stays.
    shutil.rmtree(slow.parents[1])
    assert grade(course, "--seed", "2")[0] == 0
    assert {result["document"]["seed"] for result in documents(course).values()} == {1}


@pytest.mark.parametrize("sandbox", ["required", "none"])
def test_endless_loop_ends_with_the_runner(make, sandbox: str) -> None:
    course = make(1, first_cell="while True:\n    try:\n        pass\n    except: pass")
    run = start(course, "--sandbox", sandbox)
    wait_for(lambda: any(map(is_busy, of_kind(course, "sealed"))), "a candidate at work")
    run.kill()
    run.communicate()
    await_none(course)


def is_busy(pid: int) -> bool:
    """Whether it is a process forked by a warm parent that has worked for half a second."""
    with contextlib.suppress(OSError):
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]
        return os.getsid(pid) == pid and int(ticks) > os.sysconf("SC_CLK_TCK") / 2
    return False


# --- parts that die -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sealed", "judge", "pool", "candidate"])
def test_part_that_dies_is_no_zero(make, undisturbed: Course, kind: str) -> None:
    course = make(12, first_cell="import time\ntime.sleep(0.5)")
    run = start(course, "--seed", "7")
    kept_in = course.document("any", ASSIGNMENT).parent
    wait_for(lambda: len(names_in(kept_in, ".json")) >= 2, "two documents")
    victim = wait_for(lambda: of_kind(course, kind), f"a process: {kind}")[-1]
    os.kill(victim, signal.SIGKILL)
    code, out, err = finish(run)
    assert err == ""
    expected = {row[:2]: row[2:] for row in rows(undisturbed)["grades"]}
    faulty = set()
    for student, cell, *points in rows(course)["grades"]:
        if tuple(points) != expected[student, cell]:
            assert points[0] is None, "no points without a verdict"
            assert points[-1], "it asks for attention"
            faulty.add(student)
    assert bool(faulty) == (code == 1)
    assert not faulty or "could not be judged, by the grader's own fault" in out
    assert all(student in out for student in faulty)
    assert grade(course, "--seed", "7")[0] == 0
    assert rows(course)["grades"] == [
        row for row in rows(undisturbed)["grades"] if row[0] < "student-12"
    ]
    await_none(course)


def mend(course: Course, old: str, new: str) -> None:
    """Change a hidden check."""
    path = course.hidden(ASSIGNMENT) / "test_zero_pad.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


RIGHT_CHECK = 'expect.close(call.value, pad_loop(X, 1), "zero_pad(X, 1)", hint=ELSEWHERE)'
# Wrong in a way that the reference does not show: it is run in the same process.
SUBMITTED = "type(student).__name__ == 'RemoteStudent'"
WRONG_CHECK = RIGHT_CHECK.replace("pad_loop(X, 1)", f"pad_loop(X, 1 + ({SUBMITTED}))")
BROKEN_CHECK = f"assert not {SUBMITTED}, 'the check is broken'"


def test_check_that_the_reference_does_not_pass_grades_nobody(make) -> None:
    course = make(3)
    before = course.gradebook.read_bytes()
    mend(course, RIGHT_CHECK, "raise RuntimeError('the check is broken')")
    code, out, err = grade(course)
    assert (code, out) == (2, "")
    assert "the reference itself does not pass 1 checks" in err
    assert "so nobody is graded by them" in err
    assert course.gradebook.read_bytes() == before
    assert documents(course) == {}


def test_broken_check_is_a_fault_that_is_listed(make) -> None:
    course = make(3)
    mend(course, RIGHT_CHECK, BROKEN_CHECK)
    code, out, err = grade(course)
    assert (code, err) == (1, "")
    assert "3 submissions could not be judged, by the grader's own fault" in out
    assert "student-00, student-01, student-02; grade again." in out
    for student in names_in(course.document("any", ASSIGNMENT).parent, ".json"):
        document = documents(course)[student]["document"]
        (fault,) = [check for check in document["checks"] if check["verdict"] == "fault"]
        assert "the check is broken" in fault["got"] + fault["message"]
        jsonschema.validate(document, schema())
    for _, cell, automatic, *_, asks in rows(course)["grades"]:
        if cell == "zero_pad-checks":
            assert automatic is None
            assert asks
    mend(course, BROKEN_CHECK, RIGHT_CHECK)
    assert grade(course)[0] == 0
    assert all(auto is not None for _, cell, auto, *_ in rows(course)["grades"] if "-ch" in cell)


# --- a full disk ----------------------------------------------------------------------------

ON_A_DISK = """
import json, os, shutil, subprocess, sys
base, disk, out, *command = sys.argv[1:]
environment = os.environ | {"COURSEKIT_ROOT": disk}
def grade(name):
    done = subprocess.run(command, env=environment, cwd=disk, capture_output=True, text=True)
    shutil.copy(f"{disk}/gradebook.db", f"{out}/{name}.db")
    return [done.returncode, done.stdout, done.stderr]
def leave(room):
    with open(f"{disk}/filler", "wb") as filler:
        about = os.statvfs(disk)
        os.posix_fallocate(filler.fileno(), 0, about.f_bavail * about.f_frsize - room)
shutil.copytree(base, disk, symlinks=True, dirs_exist_ok=True)
said = {}
for room in (8_000, 300_000, 60_000, 150_000):
    leave(room)
    said[room] = grade(room)
    os.remove(f"{disk}/filler")
said["enough"] = grade("enough")
shutil.copytree(disk, f"{out}/course", symlinks=True)
print(json.dumps(said))
"""


def test_full_disk_is_a_clear_stop(make, undisturbed: Course, tmp_path: Path) -> None:
    course = make(30)
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.mkdir()
    script = [sys.executable, "-c", ON_A_DISK, course.root, disk, out, *command("--seed", "7")]
    done = subprocess.run(
        elsewhere(script, disk=(disk, 64 * 2**20)), capture_output=True, text=True, timeout=GUARD
    )
    if "mount: " in done.stderr or "unshare: " in done.stderr:
        pytest.skip(f"no small disk can be had here ({done.stderr.splitlines()[-1]})")
    said = json.loads(done.stdout)
    expected = rows(undisturbed)["grades"]
    for room, (code, output, complaint) in said.items():
        if room == "enough":
            break
        assert code == 2, f"{room} bytes: {output}{complaint[-3000:]}"
        assert "Traceback" not in complaint
        assert "full" in complaint.splitlines()[-1], f"{room} bytes: {complaint}"
        with contextlib.closing(sqlite3.connect(out / f"{room}.db")) as database:
            assert set(database.execute(QUERIES["grades"])) <= set(expected)
    assert said["enough"][0] == 0, said["enough"]
    assert rows(Course(out / "course"))["grades"] == [
        row for row in expected if row[0] < "student-30"
    ]


# --- grading again ------------------------------------------------------------------------------


@pytest.fixture
def graded_by_hand(make) -> Course:
    """A class graded by a check that is wrong, with different seeds, and then by hand."""
    course = make(10)
    mend(course, RIGHT_CHECK, WRONG_CHECK)
    assert grade(course, "--student", "student-00", "--seed", "5")[0] == 0
    assert grade(course, "--seed", "6")[0] == 0
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        for student in ("student-00", "student-01"):
            entry = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            for grade_row in entry.grades:
                if grade_row.name.startswith("written"):
                    grade_row.manual_score, grade_row.needs_manual_grade = 4, False
                if grade_row.name == "conv_single_step-checks":
                    grade_row.manual_score = 9
                grade_row.extra_credit = 1
            for comment in entry.comments:
                comment.manual_comment = f"read by {student}"
            entry.flagged = student == "student-01"
        gradebook.db.commit()
    return course


def test_regrade_touches_only_automatic_scores(graded_by_hand: Course) -> None:
    course = graded_by_hand
    before, seeds = rows(course), {s: r["document"]["seed"] for s, r in documents(course).items()}
    assert set(seeds.values()) == {5, 6}
    assert changes_of(course, ASSIGNMENT) == []
    mend(course, WRONG_CHECK, RIGHT_CHECK)
    code, out, err = grade(course, "--regrade")
    assert (code, err) == (0, "")
    right = [f"student-{number:02}" for number in (0, 4, 8)]
    assert f"{len(right)} submissions changed their automatic points." in out
    assert {s: r["document"]["seed"] for s, r in documents(course).items()} == seeds
    changes = changes_of(course, ASSIGNMENT)
    assert sorted(change["student"] for change in changes) == right
    for change in changes:
        assert change["after"] == change["before"] + 2
        (check,) = change["checks"]
        assert check == {
            "title": "The argument is left unchanged", "before": "failed", "after": "passed"
        }  # fmt: skip
    after = rows(course)
    assert after["comments"] == before["comments"]
    for old, new in zip(before["grades"], after["grades"], strict=True):
        gained = 2 * (old[0] in right and old[1] == "zero_pad-checks")
        old_points, new_points = old[2] or 0, new[2] or 0
        assert new_points == old_points + gained
        assert (new[:2], new[3:5]) == (old[:2], old[3:5]), "what people gave"
    for old, new in zip(before["notebooks"], after["notebooks"], strict=True):
        # Who came late loses all, so with more points there is more to lose.
        more = 2 if old[0] in right and old[2] is not None else 0
        assert new == (*old[:2], None if old[2] is None else old[2] + more, old[3])
    assert sum(penalty is not None for _, _, penalty, _ in after["notebooks"]) == 1

    report = run_cli(course, "report", ASSIGNMENT)
    assert report.returncode == 0, report.stderr
    page = course.report(ASSIGNMENT).read_text()
    assert "What the last regrade changed" in page
    assert "The argument is left unchanged" in page

    code, out, _ = grade(course, "--regrade")
    assert code == 0
    assert "0 submissions changed their automatic points." in out
    assert changes_of(course, ASSIGNMENT) == []
    assert rows(course) == after
    run_cli(course, "report", ASSIGNMENT)
    assert "No automatic points changed" in course.report(ASSIGNMENT).read_text()


def test_killed_regrade_still_says_all_that_it_changed(graded_by_hand: Course) -> None:
    course = graded_by_hand
    before = documents(course)
    mend(course, WRONG_CHECK, RIGHT_CHECK)
    run = start(course, "--regrade")
    wait_for(lambda: documents(course)["student-00"] != before["student-00"], "the first of them")
    run.kill()
    run.communicate()
    await_none(course)
    assert grade(course, "--regrade")[0] == 0
    changed = {change["student"] for change in changes_of(course, ASSIGNMENT)}
    assert changed == {"student-00", "student-04", "student-08"}


def run_cli(course: Course, *arguments: str) -> subprocess.CompletedProcess:
    words = [sys.executable, "-m", "coursekit.cli", *arguments]
    environment = os.environ | {"COURSEKIT_ROOT": str(course.root)}
    return subprocess.run(
        words, cwd=course.root, env=environment, capture_output=True, text=True, timeout=GUARD
    )


# --- what a result records --------------------------------------------------------------------


def test_every_document_says_how_it_came_about(undisturbed: Course) -> None:
    for student, result in documents(undisturbed).items():
        document = result["document"]
        jsonschema.validate(document, schema())
        assert document["seed"] == 7
        assert {"coursekit", "python", "numpy", "checks"} <= set(document["versions"])
        if document["submission"]["sha256"] and "cannot" not in " ".join(document["notes"]):
            number = int(student.rpartition("-")[2])
            if number % 20 != 13:
                assert {"limits"} <= set(document["sandbox"]) <= set(LAYERS)
                assert document["limits"] == Limits().as_dict()


def test_explain_tells_all_and_agrees_with_what_is_kept(undisturbed: Course) -> None:
    before = documents(undisturbed), rows(undisturbed)
    code, out, err = grade(undisturbed, "--explain", "student-01")
    assert (code, err) == (0, "")
    document = before[0]["student-01"]["document"]
    assert "seed 7" in out
    assert f"checks {document['versions']['checks']}" in out
    assert "sandbox: " + ", ".join(document["sandbox"]) in out
    hidden = [c for c in document["checks"] if not c["public"] and c["verdict"] == "failed"]
    assert hidden
    flat = " ".join(out.split())
    for check in hidden:
        assert " ".join(check["expected"].split())[:40] in flat
    assert out.endswith("The result that is kept is the same.\n")
    assert (documents(undisturbed), rows(undisturbed)) == before


@pytest.mark.parametrize("student", ["nobody", "../student-01"])
def test_explain_of_nobody_is_a_sentence(undisturbed: Course, student: str) -> None:
    code, out, err = grade(undisturbed, "--explain", student)
    assert (code, out) == (2, "")
    assert f"{student!r} has no result for '{ASSIGNMENT}' yet" in err


def test_without_a_sandbox_it_says_so(make, undisturbed: Course) -> None:
    course = make(3)
    assert grade(course, "--sandbox", "none", "--seed", "7")[0] == 0
    for result in documents(course).values():
        assert set(result["document"]["sandbox"]) <= {"limits", "user", "landlock", "seccomp"}
    assert rows(course)["grades"] == [
        row for row in rows(undisturbed)["grades"] if row[0] < "student-03"
    ]


# --- where the machine refuses ------------------------------------------------------------------

ATTACK = """
import os
for path in ("{root}/tests/hidden/convolutions/test_zero_pad.py", "{root}/gradebook.db",
             "{root}/submitted/student-00/convolutions/convolutions.ipynb"):
    try:
        print("READ", open(path, "rb").read(10))
    except OSError as error:
        print("no", type(error).__name__)
for pid in ({runner}, os.getppid(), *range(2, 40000)):
    try:
        if pid != os.getpid() and pid > 1:
            os.kill(pid, 0)
            print("REACHED", pid)
            break
    except OSError:
        pass
else:
    print("nobody reached")
"""


@pytest.fixture
def open_course(make) -> Iterator[Course]:
    """A course in a folder that everybody may read."""
    made = make(3)
    folder = Path(tempfile.mkdtemp(prefix="coursekit-test-"))
    folder.chmod(0o755)
    try:
        shutil.copytree(made.root, folder / "course", symlinks=True)
        yield Course(folder / "course")
    finally:
        shutil.rmtree(folder)


ROOT_OR_NOT = pytest.mark.parametrize(
    "user",
    [
        pytest.param(
            False, id="as-started", marks=pytest.mark.skipif(os.getuid() != 0, reason="not root")
        ),
        pytest.param(True, id="ordinary-user"),
    ],
)


@ROOT_OR_NOT
def test_container_without_namespaces_keeps_the_line(open_course: Course, user: bool) -> None:
    attack = nbformat.v4.new_code_cell(ATTACK.format(root=open_course.root, runner=os.getpid()))
    path = open_course.handed_in("attacker", ASSIGNMENT)
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[attack]), path)
    there = {"user": user, "give": [open_course.root], "refuse": NAMESPACES}
    code, out, err = finish(start(open_course, words=elsewhere(command(), **there)))
    assert (code, err) == (0, ""), out
    for result in documents(open_course).values():
        assert {"landlock", "seccomp", "limits"} <= set(result["document"]["sandbox"])
        assert not {"files", "processes", "network", "ipc"} & set(result["document"]["sandbox"])
    shown = documents(open_course)["attacker"]["outputs"]["0"]
    text = "".join(output.get("text", "") for output in shown)
    assert text.split("\n")[:4] == ["no PermissionError"] * 3 + ["nobody reached"], text

    words = [sys.executable, "-m", "coursekit.cli", "doctor"]
    code, out, _ = finish(start(open_course, words=elsewhere(words, **there)))
    assert code == 0, out
    for name in ("processes", "files", "network"):
        assert f"absent  {name}" in out
    for name in ("landlock", "seccomp"):
        assert f"holds   {name}" in out
    assert "The kernel refused: unshare: Operation not permitted" in out


@ROOT_OR_NOT
def test_machine_that_cannot_keep_the_line_is_refused(open_course: Course, user: bool) -> None:
    before = open_course.gradebook.read_bytes()
    there = {"user": user, "give": [open_course.root], "refuse": EVERYTHING}
    code, out, err = finish(start(open_course, words=elsewhere(command(), **there)))
    assert (code, out) == (2, "")
    assert "coursekit: here a submission could read " in err
    assert "run `coursekit doctor` to see what this machine lacks" in err
    assert "--sandbox=none" in err
    assert open_course.gradebook.read_bytes() == before
    assert documents(open_course) == {}

    words = [sys.executable, "-m", "coursekit.cli", "doctor"]
    code, out, _ = finish(start(open_course, words=elsewhere(words, **there)))
    assert code == 1
    assert "A submission could read " in out

    without = elsewhere(command("--sandbox=none"), **there)
    assert finish(start(open_course, words=without))[0] == 0
    assert all(
        not {"landlock", "seccomp", "files", "processes"} & set(result["document"]["sandbox"])
        for result in documents(open_course).values()
    )


@pytest.mark.parametrize(
    ("user", "own_root"),
    [(False, False), (True, False), (True, True)],
    ids=["as-started", "ordinary-user", "root-of-an-ordinary-user"],
)
def test_machine_with_all_layers(open_course: Course, user: bool, own_root: bool) -> None:
    there = {"user": user, "own_root": own_root, "give": [open_course.root]}
    words = [sys.executable, "-m", "coursekit.cli", "doctor"]
    code, out, err = finish(start(open_course, words=elsewhere(words, **there)))
    if "absent" in out or "unshare: " in err:
        pytest.skip("this machine refuses some layers")
    assert code == 0, out + err
    assert out.count("holds   ") == len(LAYERS)
    assert "reads no secret" in out
