"""The class report: its numbers, who it names and why, and that nothing on it can run."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest
from classroom import (
    ASSIGNMENT,
    DUE,
    EXERCISES,
    HOSTILE,
    Classroom,
    Page,
    assert_inert,
    check,
    checks,
    document,
)

from coursekit.grading.changes import differences
from coursekit.grading.course import Course, CourseError
from coursekit.grading.feedback import write_feedback
from coursekit.grading.records import ClassRecords, natural, read_document
from coursekit.grading.report import (
    LISTED,
    REASONS,
    ROWS,
    Tally,
    check_rows,
    histogram,
    separation,
    summary,
    write_report,
)


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    return Classroom(tmp_path / "course")


def report_of(room: Classroom) -> Page:
    write_report(room.course, ASSIGNMENT)
    return Page(room.course.report(ASSIGNMENT).read_text(encoding="utf-8"))


def tally_of(room: Classroom) -> Tally:
    tally = Tally()
    for record in ClassRecords(room.course, ASSIGNMENT):
        tally.add(record, again=False)
    return tally


def section(page: Page, start: str, end: str) -> str:
    """The text between two headings; the first mention of each is in the navigation."""
    body = page.text.split("The run", 1)[1]
    return body.split(start, 1)[1].split(end, 1)[0]


WRITTEN = {"written-parameters": 5.0, "written-gradients": 5.0}


def test_numbers_of_the_class(room):
    room.add("student-01", written=WRITTEN)
    room.add("student-02", document(checks(bias="failed")), written=WRITTEN)
    room.add("student-03", document(checks(bias="failed", stride="failed")))
    room.submit("student-04")
    with room.gradebook() as gradebook:
        gradebook.add_student("student-05")
    said = write_report(room.course, ASSIGNMENT)
    assert "Wrote reports/convolutions.html: 3 submissions, mean 30 of 50 points." in said
    assert "1 submission with written answers to grade" in said
    assert "1 submission not graded yet" in said
    page = report_of(room)
    assert "4 handed in" in page.text
    assert "3 graded, 1 not yet" in page.text
    assert "1 handed in nothing" in page.text
    assert "30 median" in page.text
    assert "50 highest" in page.text
    assert_inert(page)


def test_totals_are_nbgraders(room):
    room.add("a", written=WRITTEN, extra={"zero_pad": 2.0}, penalty=4.0)
    room.add("b", document(checks(bias="failed")), manual={"conv_forward": 28.0})
    totals = {row["student"]: row["total"] for row in tally_of(room).rows}
    with room.gradebook() as gradebook:
        for name, total in totals.items():
            entry = gradebook.find_submission(ASSIGNMENT, name)
            assert total == entry.score - entry.late_submission_penalty


def test_histogram_and_summary():
    drawn = histogram([0, 5, 50, 55, 25], 50)
    assert [column["count"] for column in drawn["columns"]] == [1, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert max(column["height"] for column in drawn["columns"]) == 160
    assert histogram([], 50) is None
    assert histogram([0.0], 0) is None
    assert summary([]) is None
    assert summary([1.0, 2.0, 3.0, 4.0])["median"] == 2.5


def test_separation():
    passed = np.array([1, 1, 1, 0, 0, 0])
    assert separation(passed, np.array([9, 8, 9, 1, 2, 1])) > 0.9
    assert separation(passed, np.array([1, 2, 1, 9, 8, 9])) < -0.9
    assert separation(np.ones(6), np.arange(6)) is None
    assert separation(np.zeros(6), np.arange(6)) is None
    assert separation(passed, np.full(6, 3.0)) is None
    # The textbook's formula, with the standard deviation over n.
    rest = np.array([4.0, 7.0, 6.0, 3.0, 5.0, 1.0])
    by_hand = (rest[:3].mean() - rest[3:].mean()) / rest.std() * 0.5
    assert separation(passed, rest) == pytest.approx(by_hand)


def test_checks_are_counted(room):
    for i in range(12):
        verdicts = {"bias": "failed"} if i % 2 else {}
        if i % 4 == 3:
            verdicts["corners"] = "timeout"
        room.add(f"student-{i}", document(checks(**verdicts)))
    room.add("faulty", document(checks(bias="fault")))
    rows = {row["title"]: row for group in check_rows(tally_of(room)).values() for row in group}
    assert list(check_rows(tally_of(room))) == list(EXERCISES)
    bias = rows["Bias is right"]
    assert (bias["passed"], bias["judged"]) == (6, 12)  # the grader's fault does not count
    assert bias["others"] == [("not passed", 6), ("grader's fault", 1)]
    assert rows["Stride is right"]["separation"] == "–"
    # Half of those who fail `bias` fail `corners` too.
    assert float(bias["separation"]) == pytest.approx(1 / np.sqrt(3), abs=0.006)
    page = report_of(room)
    assert "6 of 12 (50 %)" in page.text
    assert "point-biserial correlation" in page.text


def test_who_needs_attention_and_why(room):
    why = "convolutions.ipynb is not a notebook: its text is not JSON."
    refused = [i | {"verdict": "error", "points": 0.0, "message": why} for i in checks()]
    late = DUE + datetime.timedelta(hours=3)
    room.add("s-fault", document(checks(bias="fault")), written=WRITTEN)
    room.add("s-nodocument", keep=False, written=WRITTEN)
    room.add("s-noentry", enter=False)
    room.add("s-again", written=WRITTEN)
    room.submit("s-again", "{}")
    room.add("s-unread", document(refused, notes=[why]), written=WRITTEN)
    room.add("s-crashed", document(checks(bias="crashed")), written=WRITTEN)
    room.add("s-memory", document(checks(bias="memory")), written=WRITTEN)
    room.add("s-timeout", document(checks(bias="timeout")), written=WRITTEN)
    items = checks(stride="error", bias="error")
    for item in items[2:]:
        item["message"] = "conv_forward is not defined."
    note = "cell 2 stopped with NameError: x"
    room.add("s-undefined", document(items, notes=[note]), written=WRITTEN)
    blank = checks(frame="error", corners="error", stride="error", bias="error")
    for item in blank:
        item["message"] = f"{item['exercise']} is not written yet: it raises NotImplementedError."
    room.add("s-blank", document(blank), written=WRITTEN)
    note = "cell 7 was left out: The process ended in the middle of the work."
    room.add("s-leftout", document(notes=[note]), written=WRITTEN)
    room.add("s-pending")
    room.add("s-late", came=late, penalty=2.0, written=WRITTEN)
    room.add("s-fine", written=WRITTEN)
    with room.gradebook() as gradebook:
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "s-fine")
        work.flagged = True
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "s-late")
        next(g for g in work.grades if g.name == "written-gradients").needs_manual_grade = True
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "s-crashed")
        next(g for g in work.grades if g.name == "zero_pad-checks").auto_score = 3.0
        gradebook.db.commit()
    page = report_of(room)
    text = section(page, "Who needs attention", "Automatic points of")
    expected = {
        "fault": ["s-fault"],
        "document": ["s-nodocument"],
        "entry": ["s-crashed", "s-noentry"],
        "again": ["s-again"],
        "unread": ["s-unread"],
        "undefined": ["s-undefined: conv_forward: cell 2 stopped with NameError"],
        "blank": ["s-blank"],
        "crashed": ["s-crashed", "s-leftout: cell 7 was left out"],
        "memory": ["s-memory"],
        "timeout": ["s-timeout"],
        "pending": ["s-pending"],
        "second": ["s-late"],
        "flagged": ["s-fine"],
        "late": ["s-late"],
    }
    titles = [title for title, _ in REASONS.values()]
    assert set(expected) == set(REASONS)
    for place, (key, names) in enumerate(expected.items()):
        # Up to the next reason's title, which with its advice is fixed text.
        part = text.split(REASONS[key][0], 1)[1]
        if place + 1 < len(titles):
            part = part.split(titles[place + 1], 1)[0]
        for name in names:
            assert name in part, key
        assert REASONS[key][1].format(ASSIGNMENT).replace("`", "")[:40] in part
    assert "3 hours, 2 points off" in text


def test_commonest_failures_are_grouped(room):
    stub = "conv_forward is not written yet: it raises NotImplementedError."
    for i in range(3):
        room.add(
            f"stub-{i}",
            document(
                [
                    item | {"message": stub, "expected": "", "got": "", "hint": ""}
                    for item in checks(stride="error", bias="error")
                    if item["exercise"] == "conv_forward"
                ]
            ),
        )
    for i in range(2):
        items = checks(bias="failed")
        items[-1]["message"] = f"Z has the right shape, but {i + 5} of its 18 numbers are wrong."
        room.add(f"bias-{i}", document(items))
    room.add("skipped", document(checks(bias="skipped")))
    failures = sorted(tally_of(room).failures.values(), key=lambda item: -item.count)
    assert [(f.count, f.verdict, len(f.titles)) for f in failures] == [
        (3, "error", 2),
        (2, "failed", 1),
    ]
    assert failures[1].students == ["bias-0", "bias-1"]
    assert "in 2 checks" in report_of(room).text


def test_different_checks_and_seeds_are_shown(room):
    room.add("a", document(seed=1))
    assert "Graded by different checks" not in report_of(room).text
    room.add("b", document(seed=2, version="bbbb"))
    text = report_of(room).text
    assert "Graded by different checks" in text
    assert "coursekit grade convolutions --force" in text
    assert "seed 1 1 seed 2 1" in text
    assert "coursekit 0.1, python 3.11, numpy 2.4 2" in text


def test_new_checks_in_later_documents(room):
    room.add("a")
    room.add("b", document([*checks(), check("zero_pad", "extra", 3)], version="bbbb"))
    rows = check_rows(tally_of(room))["zero_pad"]
    assert [row["judged"] for row in rows] == [2, 2, 1]


def change(student: str, old: dict, new: dict) -> dict:
    """What a regrade keeps of a student."""
    return {
        "student": student,
        "before": old["score"],
        "after": new["score"],
        "checks": differences(old, new),
    }


def keep_changes(course: Course, changes: list[dict]) -> None:
    path = course.changes(ASSIGNMENT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(changes))


def test_what_the_last_regrade_changed(room):
    room.add("student-01")
    page = report_of(room)
    assert "regrade" not in page.text
    keep_changes(room.course, [])
    page = report_of(room)
    assert "No automatic points changed." in page.text
    assert_inert(page)

    right, no_bias = document(), document(checks(bias="failed"))
    no_stride = document(checks(stride="timeout"))
    older = document(checks()[:-1])
    keep_changes(
        room.course,
        [
            change("student-02", no_bias, right),
            change("student-01", no_bias, right),
            change("student-03", right, no_stride),
            change("student-04", older, right),
            change("student-05", no_stride, document(checks(frame="failed", corners="failed"))),
        ],
    )
    page = report_of(room)
    text = page.text.split("What the last regrade changed", 1)[1].split("Automatic points of the")[
        0
    ]
    assert "5 students have other automatic points: 3 more than before, 1 fewer." in text
    assert "Bias is right not passed passed 2" in text
    assert "Stride is right passed too slow 1" in text
    assert "Bias is right no such check passed 1" in text
    gains = {"01": "20 40 +20", "02": "20 40 +20", "03": "40 30 −10", "04": "20 40 +20"}
    gains["05"] = "30 30 0"
    assert " ".join(f"student-{name} {gain}" for name, gain in gains.items()) in text
    assert any(a["href"] == "#regrade" for a in page.all("a"))
    assert_inert(page)


def test_regrade_of_a_large_class_of_hostile_names(room, monkeypatch):
    monkeypatch.setattr("coursekit.grading.report.LISTED", 10)
    room.add("student-01")
    old = document([check("zero_pad", "frame", 4.0, verdict="failed", title=HOSTILE)])
    new = document([check("zero_pad", "frame", 4.0, title=HOSTILE)])
    changes = [change(f"{i:02}-{HOSTILE}", old, new) for i in range(30)]
    keep_changes(room.course, changes)
    page = report_of(room)
    assert_inert(page)
    assert "{{ 7 * 7 }}" in page.text
    assert "09-<script>" in page.text
    assert "10-<script>" not in page.text
    assert "and 20 more" in page.text


def test_links_lead_to_the_feedback_pages(room):
    student = "Zoë #1 50%"
    room.add(student)
    assert f'href="{"../feedback"}' not in report_of(room).html
    write_feedback(room.course, ASSIGNMENT)
    page = report_of(room)
    assert any(
        a["href"] == "../feedback/Zo%C3%AB%20%231%2050%25/convolutions/convolutions.html"
        for a in page.all("a")
    )


def test_what_students_write_is_text(room):
    wrong = [
        item | {"message": HOSTILE + str(i), "hint": HOSTILE, "got": HOSTILE}
        for i, item in enumerate(
            checks(frame="failed", corners="crashed", stride="memory", bias="fault")
        )
    ]
    room.add("<b>\u202eevil' \"#?%", document(wrong, notes=[HOSTILE + "y" * 100_000]))
    room.add("javascript:alert(1)")
    write_feedback(room.course, ASSIGNMENT)
    page = report_of(room)
    assert_inert(page)
    assert len(page.html) < 100_000
    assert "\u202e" not in page.html


def test_a_large_class_makes_a_page_of_bounded_length(room, monkeypatch):
    monkeypatch.setattr("coursekit.grading.report.ROWS", 20)
    monkeypatch.setattr("coursekit.grading.report.LISTED", 10)
    for i in range(30):
        room.add(f"student-{i}", document(checks(bias="timeout")), enter=False)
    tally = tally_of(room)
    assert len(tally.rows) == 20
    assert len(tally.attention["timeout"]) == 10
    text = report_of(room).text
    assert "and 20 more" in text
    assert "and 10 more; nbgrader export" in text
    assert LISTED < ROWS


def test_the_page_is_accessible(room):
    room.add("student-01", document(checks(bias="failed")))
    page = report_of(room)
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("nav")) == 1
    assert all(cell.get("scope") for cell in page.all("th"))
    drawing = page.all("svg")[0]
    assert drawing["role"] == "img"
    assert "20 to 25 points: 1 student" in page.text
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in page.all("a") if a["href"][0] == "#"} <= set(ids)
    assert set(drawing["aria-labelledby"].split()) <= set(ids)


def test_nothing_graded_is_said_in_a_sentence(room):
    room.submit("student-01")
    with pytest.raises(CourseError, match="run coursekit grade convolutions first"):
        write_report(room.course, ASSIGNMENT)


def test_only_faults(room):
    lost = [i | {"verdict": "fault", "points": 0.0, "message": "Not judged."} for i in checks()]
    room.add("student-01", document(lost, notes=["Not judged."]), written=WRITTEN)
    text = report_of(room).text
    assert "No scores yet." in text
    assert "The grader itself failed" in text


def test_documents_are_read_without_their_outputs(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"document": {"schema": 1, "score": 2}, "outputs": {broken')
    assert read_document(path) == {"schema": 1, "score": 2}
    path.write_text('{"outputs": {}, "document": {"schema": 1}}')
    assert read_document(path) == {"schema": 1}
    for text in ("", "[]", "[1", '{"document": 3}', '{"document": {"schema": 2}}'):
        path.write_text(text)
        assert read_document(path) is None
    assert read_document(tmp_path / "none.json") is None


def test_natural_order():
    assert natural(["s-10", "s-2", "B", "a", "²x"]) == ["a", "B", "s-2", "s-10", "²x"]
