"""Feedback: one page for each student, a view of the judge's document and the gradebook.

The page lies where nbgrader's own generate_feedback puts it, so that its release_feedback goes
on working. Of hidden checks it shows titles, verdicts, messages and hints, and never values.
"""

from __future__ import annotations

import ast
import datetime
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from coursekit.grading import pages
from coursekit.grading.attachments import Picture, pictures
from coursekit.grading.course import Course
from coursekit.grading.preprocessors import exercise_of
from coursekit.grading.records import ClassRecords, Grade, Record

# What a verdict is called to a student, its sign, and the group that gives it its look.
VERDICTS = {
    "passed": ("passed", "✓", "good"),
    "failed": ("not passed", "✗", "bad"),
    "error": ("error", "✗", "bad"),
    "timeout": ("too slow", "✗", "bad"),
    "memory": ("too much memory", "✗", "bad"),
    "crashed": ("ended the process", "✗", "bad"),
    "skipped": ("not run", "–", "none"),
    "fault": ("grader's fault", "!", "fault"),
}
_NOTES_SHOWN = 20
_LONG = 50_000
_PICTURE_MARK = re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,500}\)|<img\b[^>\n]{0,1000}>")
# What release_feedback needs beside the page to know whose it is.
_COMPANIONS = ("timestamp.txt", "submission_secret.txt")


def write_feedback(course: Course, assignment: str) -> str:
    """Write a feedback page for everybody whose work was graded.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    str
        What was done, in a few lines.

    Raises
    ------
    CourseError
        If there is no such assignment, or nothing was graded.
    """
    records = ClassRecords(course, assignment)
    outline = read_outline(course.released(assignment))
    written, waiting, faulty, bare = 0, 0, [], []
    ungraded = list(records.ungraded)
    for record in track(
        records,
        description=f"Feedback on {assignment}",
        total=len(records.students),
        console=Console(stderr=True),
    ):
        if not _is_graded(record) or not _is_folder_name(record.student):
            ungraded.append(record.student)
            continue
        handed_in = read_notebook(
            course.autograded(record.student, assignment) / f"{assignment}.ipynb"
        )
        page = feedback_page(record, assignment, outline, handed_in)
        path = course.feedback(record.student, assignment)
        pages.write(path, page)
        _copy_companions(course.autograded(record.student, assignment), path.parent)
        written += 1
        waiting += bool(record.pending)
        if record.faulty:
            faulty.append(record.student)
        if record.document is None:
            bare.append(record.student)
    place = course.feedback("STUDENT", assignment).relative_to(course.root)
    said = [f"Wrote {pages.counted(written, 'feedback page')}: {place}."]
    if waiting:
        said.append(
            f"{pages.counted(waiting, 'page')} with written answers not graded yet: grade them in "
            "nbgrader's formgrader, then write the feedback again."
        )
    for names, what in (
        (faulty, "not judged through the grader's own fault, and told so: grade again"),
        (bare, "without the judge's document, so without checks on the page: grade again"),
        (ungraded, "handed in and not graded, so without a page: grade first"),
    ):
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            shown = ", ".join(pages.plain(name, 60) for name in names[:5])
            said.append(f"{len(names)} {what} ({shown}{more}).")
    return "\n".join(said)


def _is_graded(record: Record) -> bool:
    graded = any(g.auto is not None or g.manual is not None for g in record.grades)
    return record.document is not None or graded


def _is_folder_name(student: str) -> bool:
    # A gradebook may come from elsewhere; no name in it leads out of the folder.
    return student not in ("", ".", "..") and not set(student) & set("/\\\0")


def _copy_companions(source: Path, target: Path) -> None:
    for name in _COMPANIONS:
        path = source / name
        # A submission may hold anything under these names.
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1000:
            shutil.copyfile(path, target / name)


# --- what was asked and what was handed in --------------------------------------------------


@dataclass(frozen=True)
class Question:
    """What the assignment asks of people in words: a heading and the text below it."""

    title: str
    prompt: str


@dataclass
class Notebook:
    """What a student's notebook holds, for showing."""

    code: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, list[Picture]] = field(default_factory=dict)  # those in an answer
    homes: dict[str, str] = field(default_factory=dict)  # of a cell's name: its exercise

    def defining(self, function: str) -> list[str]:
        """The cells that define a function."""
        return [source for source in self.code if function in defined_in(source)]


def read_outline(path: Path) -> dict[str, Question]:
    """The questions of the students' notebook at `path`, by the names of their cells."""
    questions: dict[str, Question] = {}
    heading, prompt = "", ""
    for cell in _cells_of(path):
        marks, source = _marks_of(cell), _source_of(cell)
        name = marks.get("grade_id", "")
        by_hand = marks.get("task") or (marks.get("grade") and marks.get("solution"))
        if cell.get("cell_type") == "markdown" and not by_hand:
            found = re.match(r"\s*#+\s+(.+?)\s*#*\s*(?:\n|$)(.*)", source, re.DOTALL)
            heading, prompt = (found[1], found[2]) if found else ("", source)
            # A line such as "*5 points*" says what the page says anyhow.
            prompt = re.sub(r"^\s*\*[^*\n]+\*\s*\n", "", prompt)
        elif by_hand and exercise_of(name) is None:
            questions[name] = Question(heading or _spoken(name), prompt.strip())
        elif by_hand or marks.get("grade") or marks.get("solution"):
            # Code that only helps with a question may stand between it and its answer.
            heading, prompt = "", ""
    return questions


def read_notebook(path: Path) -> Notebook | None:
    """A student's notebook; None if there is none that can be read."""
    cells = _cells_of(path)
    if not cells:
        return None
    notebook = Notebook()
    for cell in cells:
        marks, source = _marks_of(cell), _source_of(cell)
        name = marks.get("grade_id")
        is_test = marks.get("grade") is True and marks.get("solution") is not True
        if isinstance(name, str) and not is_test:
            notebook.answers.setdefault(name, source)
            notebook.pictures.setdefault(name, pictures(cell.get("attachments")))
        if cell.get("cell_type") == "code" and not is_test:
            notebook.code.append(source)
            if isinstance(name, str):
                for function in defined_in(source):
                    notebook.homes.setdefault(name, function)
    return notebook


def _cells_of(path: Path) -> list[dict]:
    try:
        cells = json.loads(path.read_bytes()).get("cells")
    except (OSError, ValueError, AttributeError, RecursionError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _marks_of(cell: dict) -> dict:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _source_of(cell: dict) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _spoken(name: str) -> str:
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def defined_in(source: str) -> list[str]:
    """The functions that a cell defines; told from its text where it does not parse."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.findall(r"^def[ \t]+(\w+)", source[:100_000], re.MULTILINE)
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


# --- the page -------------------------------------------------------------------------------


def feedback_page(
    record: Record,
    assignment: str,
    outline: dict[str, Question],
    handed_in: Notebook | None,
) -> str:
    """The feedback page of one student, as HTML."""
    document = record.document
    cells = {grade.cell.exercise or grade.cell.name: grade for grade in record.grades}
    names = list(dict.fromkeys(check["exercise"] for check in record.checks))
    names += [name for name, grade in cells.items() if grade.cell.exercise and name not in names]
    exercises = [_exercise(name, record, cells.get(name), handed_in) for name in names]
    order = {name: place for place, name in enumerate(outline)}
    questions = [
        _question(grade, record, outline, handed_in)
        for grade in sorted(record.grades, key=lambda grade: order.get(grade.cell.name, len(order)))
        if grade.cell.exercise is None
    ]
    homes = handed_in.homes if handed_in else {}
    placed = {item["name"] for item in questions}
    loose = []
    for name, text in record.comments.items():
        home = homes.get(name) or exercise_of(name) or name
        exercise = next((item for item in exercises if item["name"] == home), None)
        if exercise is not None:
            # nbgrader's own word on an untouched cell; the checks say the same.
            if text != "No response.":
                exercise["comments"].append(text)
        elif name not in placed:
            loose.append(text)
    maximum = sum(item["max"] for item in (*exercises, *questions))
    return pages.render(
        "feedback.html.j2",
        assignment=assignment,
        student=record.student,
        full_name=record.full_name,
        total=record.total,
        maximum=maximum,
        pending=sum(item["max"] for item in questions if item["pending"]),
        extra=sum(grade.extra for grade in record.grades),
        penalty=record.penalty,
        late=duration(record.late),
        entered=record.entered,
        unread=document["notes"][:1] if record.unread else [],
        lost=record.lost,
        faulty=record.faulty,
        notes=[] if record.unread or record.lost else _notes(record),
        more_notes=max(0, len(document["notes"]) - _NOTES_SHOWN) if document else 0,
        exercises=exercises,
        questions=questions,
        loose=loose,
        first=_where_to_look(exercises),
        perfect=all(check["verdict"] == "passed" for check in record.checks),
        document=document,
    )


def _notes(record: Record) -> list[str]:
    return record.document["notes"][:_NOTES_SHOWN] if record.document else []


def _exercise(
    name: str, record: Record, grade: Grade | None, handed_in: Notebook | None
) -> dict[str, Any]:
    earned, most = record.points_of(name)
    own = [check for check in record.checks if check["exercise"] == name]
    reasons = {(c["verdict"], c["message"], c.get("hint", "")) for c in own}
    # One reason for all of them is said once.
    shared = own[0] if len(own) > 1 and len(reasons) == 1 and own[0]["message"] else None
    found = handed_in.defining(name) if handed_in else []
    return {
        "name": name,
        "given": grade.given if grade else earned,
        "max": grade.cell.max_score if grade else most,
        "earned": earned,
        "by_hand": grade is not None and grade.manual is not None,
        "extra": grade.extra if grade else 0.0,
        "pending": grade is not None and grade.pending,
        "fault": any(check["verdict"] == "fault" for check in own),
        "passed": sum(check["verdict"] == "passed" for check in own),
        "shared": _said(shared) if shared else [],
        "checks": _checks(own, silent=shared is not None),
        "code": found[-1] if found else None,
        "copies": len(found),
        "comments": [],
    }


def _checks(own: list[dict[str, Any]], *, silent: bool) -> list[dict[str, Any]]:
    """The rows of an exercise's table; what a row says again is not repeated."""
    rows, before = [], None
    for check in own:
        word, mark, look = VERDICTS[check["verdict"]]
        said = [] if silent else _said(check)
        rows.append(
            {
                "word": word,
                "mark": mark,
                "look": look,
                "title": check["title"],
                "public": check["public"],
                "points": check["points"],
                "max": check["max_points"],
                "said": [("", "As above.")] if said and said == before else said,
            }
        )
        before = said
    return rows


def _said(check: dict[str, Any]) -> list[tuple[str, str]]:
    """What a student may read of a check: pairs of a label and a text."""
    if check["verdict"] == "passed":
        return []
    pairs = [("", check["message"])]
    # Values of hidden checks never leave the document; nor do the grader's own troubles.
    if check["public"] and check["verdict"] != "fault":
        pairs += [("Expected", check.get("expected")), ("What came", check.get("got"))]
    pairs.append(("Hint", check.get("hint")))
    return [(label, text) for label, text in pairs if text]


def _question(
    grade: Grade, record: Record, outline: dict[str, Question], handed_in: Notebook | None
) -> dict[str, Any]:
    name = grade.cell.name
    asked = outline.get(name, Question(_spoken(name), ""))
    comment = record.comments.get(name, "")
    empty = comment == "No response."
    answer = None if handed_in is None or empty else handed_in.answers.get(name)
    attached = [] if answer is None else handed_in.pictures[name]
    return {
        "name": name,
        "title": asked.title,
        "prompt": asked.prompt,
        "given": grade.given,
        "max": grade.cell.max_score,
        "extra": grade.extra,
        "pending": grade.pending,
        "again": grade.pending and grade.manual is not None,
        "answer": _without_marks(answer),
        "pictures": attached,
        # A picture that lies beside the notebook, or was copied without what holds it.
        "without_picture": not attached and _without_marks(answer) != answer,
        "empty": empty,
        "task": grade.cell.task,
        "comment": "" if empty else comment,
    }


def _without_marks(answer: str | None) -> str | None:
    """An answer without the marks that stand for pictures, which are shown below it."""
    if answer is None or len(answer) > _LONG or not _PICTURE_MARK.search(answer):
        return answer
    return _PICTURE_MARK.sub("", answer).strip()


def _where_to_look(exercises: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The exercise in which most points are open; the first, where none has any."""
    judged = [item for item in exercises if not item["fault"]]
    if judged and not any(item["given"] for item in judged):
        return judged[0]
    most = max(judged, key=lambda item: item["max"] - item["given"], default=None)
    return most if most and most["max"] - most["given"] > 0 else None


def duration(span: datetime.timedelta) -> str:
    """A length of time in its two largest units; empty for none."""
    minutes = int(span.total_seconds() // 60)
    if span.total_seconds() > 0 and minutes == 0:
        return "less than a minute"
    parts = [
        (minutes // 1440, "day"),
        (minutes // 60 % 24, "hour"),
        (minutes % 60, "minute"),
    ]
    return " ".join([pages.counted(n, unit) for n, unit in parts if n][:2])
