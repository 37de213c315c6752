"""Feedback pages: what they show, what they never show, and that nothing on them can run."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from classroom import (
    ASSIGNMENT,
    DUE,
    HOSTILE,
    SECRET,
    Classroom,
    Page,
    assert_inert,
    check,
    checks,
    document,
    notebook,
)

from coursekit.grading import pages
from coursekit.grading.course import Course, CourseError
from coursekit.grading.feedback import (
    VERDICTS,
    defined_in,
    duration,
    read_notebook,
    read_outline,
    write_feedback,
)
from coursekit.grading.judge import schema


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    return Classroom(tmp_path / "course")


def page_of(room: Classroom, student: str) -> Page:
    return Page(room.course.feedback(student, ASSIGNMENT).read_text(encoding="utf-8"))


def test_a_page_for_each_student_where_nbgrader_puts_it(room):
    room.add("student-01")
    room.add("Zoë Ångström", document(checks(bias="failed")))
    said = write_feedback(room.course, ASSIGNMENT)
    assert "2 feedback pages" in said
    folder = room.course.root / "feedback" / "Zoë Ångström" / ASSIGNMENT
    # nbgrader's release_feedback wants the timestamp beside the page, and others may read it.
    assert {path.name for path in folder.iterdir()} == {f"{ASSIGNMENT}.html", "timestamp.txt"}
    assert (folder / f"{ASSIGNMENT}.html").stat().st_mode & 0o044
    page = page_of(room, "Zoë Ångström")
    assert "Feedback on convolutions" in page.text
    assert "for Zoë Ångström" in page.text
    assert_inert(page)


def test_scores_add_up_as_nbgrader_counts_them(room):
    room.add(
        "student-01",
        document(checks(bias="failed")),
        written={"written-parameters": 4.0, "written-gradients": 2.5},
        extra={"conv_forward": 1.5},
        penalty=3.0,
        came=DUE + datetime.timedelta(days=1, hours=2),
        names={"first_name": "Ada", "last_name": "Example"},
    )
    write_feedback(room.course, ASSIGNMENT)
    with room.gradebook() as gradebook:
        counted = gradebook.find_submission(ASSIGNMENT, "student-01").score - 3.0
    text = page_of(room, "student-01").text
    assert counted == 10 + 10 + 4 + 2.5 + 1.5 - 3
    assert "25 of 50 points" in text
    assert "Extra credit +1.5" in text
    assert "Late penalty −3" in text
    assert "1 day 2 hours late" in text
    assert "Ada Example (student-01)" in text
    assert "not graded yet" not in text
    assert "Look first at conv_forward: 20 points" in text


def test_what_waits_for_a_person_is_not_a_zero(room):
    room.add("student-01", written={"written-parameters": 4.0})
    said = write_feedback(room.course, ASSIGNMENT)
    assert "1 page with written answers not graded yet" in said
    text = page_of(room, "student-01").text
    assert "44 of 50 points so far" in text
    assert "5 of the points are not graded yet" in text
    assert "Question 2: gradients not graded yet, 5 points" in text


def test_points_by_hand_replace_those_of_checks(room):
    room.add("student-01", document(checks(bias="failed")), manual={"conv_forward": 25.0})
    write_feedback(room.course, ASSIGNMENT)
    text = page_of(room, "student-01").text
    assert "35 of 50 points so far" in text
    assert "given by hand; the checks alone gave 10" in text


def test_values_of_public_checks_only(room):
    room.add("student-01", document(checks(frame="failed", corners="failed", bias="failed")))
    write_feedback(room.course, ASSIGNMENT)
    page = page_of(room, "student-01")
    assert "Expected: shape (2, 6, 6, 1)" in page.text
    assert "What came: shape (2, 4, 4, 1)" in page.text
    assert SECRET not in page.html
    assert "8.27182" not in page.html
    assert "0.5 at Z[0, 0, 0, 0]" not in page.html
    # Titles, messages and hints of hidden checks are there.
    assert "Bias is right" in page.text
    assert "12 of its 18 numbers are wrong" in page.text
    assert "Hint: The bias is added once." in page.text


def test_a_reason_is_said_once_in_a_row(room):
    same = {"message": "Not run: no time.", "expected": "", "got": "", "hint": ""}
    items = [item | same for item in checks(frame="skipped", corners="skipped", bias="failed")]
    items[2] |= {"verdict": "passed"}
    items += [check("conv_forward", n, 1, verdict="skipped", **same) for n in ("x", "y", "z")]
    room.add("student-01", document(items))
    write_feedback(room.course, ASSIGNMENT)
    text = page_of(room, "student-01").text
    assert text.count("As above.") == 3
    assert text.count("Not run: no time.") == 2


def test_hidden_values_stay_out_even_when_all_checks_say_the_same(room):
    same = {"message": "Wrong.", "expected": SECRET, "got": SECRET, "hint": "Think."}
    room.add(
        "student-01",
        document([check("zero_pad", n, 5, verdict="failed", **same) for n in ("a", "b")]),
    )
    write_feedback(room.course, ASSIGNMENT)
    page = page_of(room, "student-01")
    assert page.text.count("Wrong.") == 1
    assert SECRET not in page.html


def test_every_verdict_has_a_word_and_a_sign(room):
    kinds = schema()["properties"]["checks"]["items"]["properties"]["verdict"]["enum"]
    assert set(VERDICTS) == set(kinds)
    room.add(
        "student-01",
        document([check("zero_pad", kind, 1, verdict=kind, message="It is so.") for kind in kinds]),
    )
    write_feedback(room.course, ASSIGNMENT)
    text = page_of(room, "student-01").text
    for kind in kinds:
        word, mark, _ = VERDICTS[kind]
        assert f"{mark} {word} {kind.capitalize()} is right" in text


def test_what_students_write_is_text(room):
    wrong = [
        item | {"message": HOSTILE, "expected": HOSTILE, "got": HOSTILE, "hint": HOSTILE}
        for item in checks(frame="failed", corners="crashed", stride="error", bias="timeout")
    ]
    handed_in = notebook(
        code={
            "zero_pad": f"def zero_pad(X, pad):\n    '{HOSTILE}'\n",
            "conv_forward": f"def conv_forward(A, W, b, h):\n    {HOSTILE}\n",
        },
        answers={"written-parameters": HOSTILE, "written-gradients": "<b>" + "x" * 100_000},
    )
    comments = {"written-parameters": HOSTILE[:-2], "zero_pad": HOSTILE[:-2]}  # SQLite is UTF-8
    student = "<b>\u202eevil' \"#?%"
    room.add(
        student,
        document(wrong, notes=[HOSTILE] * 30),
        handed_in=handed_in,
        comments=comments,
        names={"first_name": "<i>", "last_name": "\u2066x"},
    )
    write_feedback(room.course, ASSIGNMENT)
    page = page_of(room, student)
    assert_inert(page)
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    for unseen in "\u202e\u200b\u2066\x00":
        assert unseen not in page.html
    assert "[U+202E]txet" in page.text
    assert len(page.html) < 200_000
    assert "more characters left out" in page.text
    assert "and 10 more notes" in page.text


def test_own_code_and_answers_are_shown(room):
    handed_in = notebook(
        code={
            "zero_pad": "def zero_pad(X, pad):\n    return 1 < 2  # first",
            "conv_forward": "def conv_forward(A_prev, W, b, hparameters:\n    broken",
        },
        answers={"written-parameters": "Because 10 · 76 = 760.\n\nمرحبا"},
    )
    handed_in["cells"].append(
        {"cell_type": "code", "source": ["def zero_pad(X, pad):\n", "    return 2"], "metadata": {}}
    )
    room.add("student-01", handed_in=handed_in, comments={"written-parameters": "Well argued."})
    write_feedback(room.course, ASSIGNMENT)
    text = page_of(room, "student-01").text
    assert "2 cells define zero_pad; this is the last" in text
    assert "return 2" in text
    assert "# first" not in text
    assert "def conv_forward(A_prev, W, b, hparameters: broken" in text
    assert "Question 1: parameters" in text
    assert "Because 10 · 76 = 760. مرحبا" in text
    assert "Comment of your instructor Well argued." in text


def test_no_comment_is_lost(room):
    room.add("student-01", comments={"conv_forward": "On the code.", "written-gradients": "On it."})
    with room.gradebook() as gradebook:
        gradebook.add_solution_cell("free", ASSIGNMENT, ASSIGNMENT)
        cell = gradebook.find_solution_cell("free", ASSIGNMENT, ASSIGNMENT)
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "student-01")
        from nbgrader.api import Comment

        gradebook.db.add(Comment(cell=cell, notebook=work, manual_comment="On the rest."))
        gradebook.db.commit()
    write_feedback(room.course, ASSIGNMENT)
    text = page_of(room, "student-01").text
    for comment in ("On the code.", "On it.", "On the rest."):
        assert comment in text


def test_a_missing_answer_is_called_so(room):
    room.add("student-01", comments={"written-parameters": "No response."})
    write_feedback(room.course, ASSIGNMENT)
    assert "You gave no answer." in page_of(room, "student-01").text


def test_a_notebook_that_cannot_be_read(room):
    why = "convolutions.ipynb is not a notebook: its text is not JSON."
    refused = [
        item | {"verdict": "error", "points": 0.0, "message": why, "expected": ""}
        for item in checks()
    ]
    room.add("student-01", document(refused, notes=[why]))
    write_feedback(room.course, ASSIGNMENT)
    page = page_of(room, "student-01")
    assert "could not be graded" in page.text
    assert page.text.count(why) == 1
    assert "Hand it in again" in page.text
    assert_inert(page)


def test_the_graders_own_fault_is_no_zero(room):
    why = "Not judged: the judge failed."
    lost = [item | {"verdict": "fault", "points": 0.0, "message": why} for item in checks()]
    room.add("lost", document(lost, notes=[why]))
    room.add("partly", document(checks(bias="fault")))
    said = write_feedback(room.course, ASSIGNMENT)
    assert "2 not judged through the grader's own fault" in said
    text = page_of(room, "lost").text
    assert "The grader failed on your notebook." in text
    assert "0 of 50" not in text
    text = page_of(room, "partly").text
    assert "not final: 10" in text
    assert "– / 20" in text


def test_with_the_judges_document_alone(room):
    room.add("student-01", enter=False)
    write_feedback(room.course, ASSIGNMENT)
    text = page_of(room, "student-01").text
    assert "40 of 40 points" in text
    assert "not in the gradebook yet" in text


def test_with_the_gradebook_alone(room):
    room.add("student-01", keep=False)
    said = write_feedback(room.course, ASSIGNMENT)
    assert "without the judge's document" in said
    assert "40 of 50 points so far" in page_of(room, "student-01").text


def test_damaged_files_stop_nothing(room):
    room.add("student-01")
    room.add("student-02")
    room.course.document("student-02", ASSIGNMENT).write_text('{"document": {"schema": 1, "che')
    folder = room.course.autograded("student-01", ASSIGNMENT)
    (folder / f"{ASSIGNMENT}.ipynb").write_text("not JSON")
    room.course.released(ASSIGNMENT).unlink()
    assert "2 feedback pages" in write_feedback(room.course, ASSIGNMENT)
    assert "Written parameters" in page_of(room, "student-01").text


def test_submissions_that_are_not_graded_get_no_page(room):
    room.add("student-01")
    room.submit("student-02")
    assert "(student-02)" in write_feedback(room.course, ASSIGNMENT)
    assert not room.course.feedback("student-02", ASSIGNMENT).exists()


def test_no_name_in_a_gradebook_leads_out_of_the_folder(room):
    room.add("student-01")
    with room.gradebook() as gradebook:
        gradebook.add_student("../../evil")
        gradebook.add_submission(ASSIGNMENT, "../../evil")
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "../../evil")
        work.grades[0].auto_score = 1.0
        gradebook.db.commit()
    assert "1 feedback page:" in write_feedback(room.course, ASSIGNMENT)
    assert not list(room.course.root.parent.rglob("evil"))


def test_companions_are_small_files_and_no_links(room):
    room.add("student-01")
    folder = room.course.autograded("student-01", ASSIGNMENT)
    (folder / "submission_secret.txt").symlink_to(room.course.gradebook)
    (folder / "timestamp.txt").write_text("x" * 5000)
    write_feedback(room.course, ASSIGNMENT)
    page = room.course.feedback("student-01", ASSIGNMENT)
    assert [path.name for path in page.parent.iterdir()] == [page.name]


def test_a_second_run_changes_nothing(room):
    room.add("student-01")
    write_feedback(room.course, ASSIGNMENT)
    path = room.course.feedback("student-01", ASSIGNMENT)
    before = path.stat()
    write_feedback(room.course, ASSIGNMENT)
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_nothing_graded_is_said_in_a_sentence(room):
    with pytest.raises(CourseError, match="no submission of 'convolutions' is graded"):
        write_feedback(room.course, ASSIGNMENT)
    with pytest.raises(CourseError, match="there is no assignment 'other'"):
        write_feedback(room.course, "other")


def test_no_gradebook_is_made_by_looking(tmp_path):
    course = Course(tmp_path)
    with pytest.raises(CourseError):
        write_feedback(course, ASSIGNMENT)
    assert not course.gradebook.exists()


def test_pages_are_accessible(room):
    room.add("student-01", document(checks(bias="failed"), notes=["cell 3 stopped"]))
    write_feedback(room.course, ASSIGNMENT)
    page = page_of(room, "student-01")
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == len(page.all("header")) == len(page.all("h1")) == 1
    assert all(cell.get("scope") for cell in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for a in page.all("a")]
    assert set(targets) <= set(ids)
    labels = [a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a]
    assert set(labels) <= set(ids)


def test_outline_and_notebook(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(notebook()))
    outline = read_outline(path)
    assert outline["written-gradients"].title == "Question 2: gradients"
    assert outline["written-gradients"].prompt == "Why?"
    assert read_notebook(path).homes["zero_pad"] == "zero_pad"
    path.write_text('{"cells": [1, {"metadata": 3}, {"metadata": {"nbgrader": []}}]}')
    assert read_outline(path) == {}
    assert read_notebook(path).code == []
    assert read_notebook(tmp_path / "none.ipynb") is None


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    return x", ["f"]),
        ("def f(x:\n    return x\ndef g():", ["f", "g"]),
        ("class A:\n    def f(self): ...", []),
        ("%matplotlib inline\ndef f(): ...", ["f"]),
        ("\x00", []),
        ("(" * 5000, []),
    ],
)
def test_defined_in(source, names):
    assert defined_in(source) == names


def test_small_words():
    assert pages.points(12.0) == "12"
    assert pages.points(2.505) in ("2.5", "2.51")
    assert pages.points(-0.001) == "0"
    assert pages.points(1e6) == "1000000"
    assert pages.share(199, 200) == "99 %"
    assert pages.share(1, 1000) == "1 %"
    assert pages.prose("`a < b` **so** <i>") == (
        '<div class="text"><code>a &lt; b</code> <strong>so</strong> &lt;i&gt;</div>'
    )
    assert pages.share(0, 0) == "–"
    assert pages.plain("a\u0301\u0301\u0301\u0301\u0301\u0301\u0301") == "a" + "\u0301" * 4
    assert pages.link("..", "a b#?%", "ü") == "../a%20b%23%3F%25/%C3%BC"
    assert duration(datetime.timedelta(days=2, minutes=5)) == "2 days 5 minutes"
    assert duration(datetime.timedelta(seconds=3)) == "less than a minute"
    assert duration(datetime.timedelta()) == ""
