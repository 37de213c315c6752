"""A made-up course directory with documents and a gradebook, for the tests of the views.

Nothing is judged here: documents are written as the judge would write them, checked against
the published schema, and entered into a gradebook made by nbgrader.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import nbformat.v4 as nbf
from course_directory import course_at
from nbgrader.api import Gradebook

from coursekit.grading.judge import schema
from coursekit.grading.settings import COURSE_ID

if shutil.which("alembic") is None:
    # nbgrader calls it by name when it makes a gradebook; it lies beside this Python.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

_EMPTY: list[bytes] = []  # the gradebook without students: nbgrader takes a second to make one

ASSIGNMENT = "convolutions"
DUE = datetime.datetime(2024, 5, 1, 12, 0)
EXERCISES = {"zero_pad": 10.0, "conv_forward": 30.0}
QUESTIONS = {"written-parameters": 5.0, "written-gradients": 5.0}
SECRET = "8.27182e+31 at Z[0, 3, 1, 4]"  # an expected value of a hidden check
CODE = {
    "zero_pad": "def zero_pad(X, pad):\n    return np.pad(X, pad)\n",
    "conv_forward": "def conv_forward(A_prev, W, b, hparameters):\n    return None, None\n",
}


def check(
    exercise: str,
    name: str,
    points: float,
    *,
    public: bool = False,
    verdict: str = "passed",
    **said: str,
) -> dict[str, Any]:
    """One check of a document."""
    kind = "public" if public else "hidden"
    return {
        "id": f"{kind}/{exercise}/{name}",
        "exercise": exercise,
        "title": f"{name.capitalize()} is right",
        "public": public,
        "verdict": verdict,
        "points": points if verdict == "passed" else 0.0,
        "max_points": points,
        "message": "",
        "expected": "",
        "got": "",
        "hint": "",
    } | said


def checks(**verdicts: str) -> list[dict[str, Any]]:
    """The four checks of the made-up assignment; verdicts by their names."""
    wrong = {
        "frame": {"message": "X_pad has the wrong shape.", "expected": "shape (2, 6, 6, 1)",
                  "got": "shape (2, 4, 4, 1)", "hint": "Two axes grow."},
        "corners": {"message": "X_pad has the right shape, but 3 of its 9 numbers are wrong.",
                    "expected": SECRET, "got": "1.5 at X_pad[0, 0, 0, 0]"},
        "stride": {"message": "Z has the wrong shape.", "expected": "shape (1, 2, 2, 1)",
                   "got": "shape (1, 4, 4, 1)", "hint": "The window moves by stride."},
        "bias": {"message": "Z has the right shape, but 12 of its 18 numbers are wrong.",
                 "expected": SECRET, "got": "0.5 at Z[0, 0, 0, 0]",
                 "hint": "The bias is added once."},
    }  # fmt: skip
    places = [
        ("zero_pad", "frame", 4.0, True),
        ("zero_pad", "corners", 6.0, False),
        ("conv_forward", "stride", 10.0, True),
        ("conv_forward", "bias", 20.0, False),
    ]
    return [
        check(exercise, name, points, public=public, verdict=verdict)
        | ({} if verdict == "passed" else wrong[name])
        for exercise, name, points, public in places
        for verdict in [verdicts.get(name, "passed")]
    ]


def document(
    items: list[dict[str, Any]] | None = None,
    *,
    notes: list[str] | None = None,
    seed: int = 4711,
    version: str = "aaaa",
) -> dict[str, Any]:
    """A document as the judge writes it."""
    items = checks() if items is None else items
    result = {
        "schema": 1,
        "assignment": ASSIGNMENT,
        "submission": {"name": f"{ASSIGNMENT}.ipynb", "sha256": "0" * 64},
        "score": sum(item["points"] for item in items),
        "max_score": sum(item["max_points"] for item in items),
        "seed": seed,
        "versions": {"coursekit": "0.1", "python": "3.11", "numpy": "2.4", "checks": version},
        "notes": notes or [],
        "checks": items,
    }
    jsonschema.validate(result, schema())
    return result


def notebook(
    code: dict[str, str] | None = None,
    answers: dict[str, str] | None = None,
    attachments: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A notebook with the made-up assignment's cells."""
    cells = []
    for name, source in (CODE if code is None else code).items():
        marks = {"grade_id": name, "grade": False, "solution": True, "locked": False}
        cells.append(nbf.new_code_cell(source, metadata={"nbgrader": marks}))
        marks = {"grade_id": f"{name}-checks", "grade": True, "solution": False, "locked": True}
        cells.append(nbf.new_code_cell(f"check({name})", metadata={"nbgrader": marks}))
    for number, name in enumerate(QUESTIONS, 1):
        title = f"## Question {number}: {name.removeprefix('written-')}\n\n*5 points*\n\nWhy?"
        cells.append(nbf.new_markdown_cell(title))
        marks = {"grade_id": name, "grade": True, "solution": True, "locked": False}
        text = (answers or {}).get(name, "*Write your answer here.*")
        cells.append(nbf.new_markdown_cell(text, metadata={"nbgrader": marks}))
        if name in (attachments or {}):
            cells[-1]["attachments"] = attachments[name]
    return nbf.new_notebook(cells=cells)


class Classroom:
    """A course directory in `root` whose students are added one by one."""

    def __init__(self, root: Path) -> None:
        self.course = course_at(root)
        released = self.course.released(ASSIGNMENT)
        released.parent.mkdir(parents=True)
        released.write_text(json.dumps(notebook()))
        if _EMPTY:
            self.course.gradebook.write_bytes(_EMPTY[0])
            return
        with self.gradebook() as gradebook:
            gradebook.add_assignment(ASSIGNMENT, duedate=DUE)
            gradebook.add_notebook(ASSIGNMENT, ASSIGNMENT)
            cells = {f"{name}-checks": points for name, points in EXERCISES.items()}
            for name, points in cells.items():
                gradebook.add_grade_cell(
                    name, ASSIGNMENT, ASSIGNMENT, max_score=points, cell_type="code"
                )
            for name, points in QUESTIONS.items():
                gradebook.add_grade_cell(
                    name, ASSIGNMENT, ASSIGNMENT, max_score=points, cell_type="markdown"
                )
            for name in (*EXERCISES, *QUESTIONS):
                gradebook.add_solution_cell(name, ASSIGNMENT, ASSIGNMENT)
        _EMPTY.append(self.course.gradebook.read_bytes())

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.course.gradebook}", COURSE_ID)

    def submit(self, student: str, source: str | None = None) -> bytes:
        """Put a notebook into the student's folder."""
        folder = self.course.root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        data = (source or json.dumps(notebook())).encode()
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
        return data

    def add(
        self,
        student: str,
        result: dict[str, Any] | None = None,
        *,
        enter: bool = True,
        handed_in: dict[str, Any] | None = None,
        written: dict[str, float] | None = None,
        manual: dict[str, float] | None = None,
        extra: dict[str, float] | None = None,
        comments: dict[str, str] | None = None,
        penalty: float | None = None,
        came: datetime.datetime = DUE,
        keep: bool = True,
        names: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """One student, handed in, judged as `result` says and entered into the gradebook.

        Parameters
        ----------
        written : dict, optional
            Points by hand for questions; those not named wait to be graded.
        manual : dict, optional
            Points by hand for check cells, by exercise.
        """
        data = self.submit(student)
        result = document() if result is None else result
        result["submission"]["sha256"] = hashlib.sha256(data).hexdigest()
        if keep:
            path = self.course.document(student, ASSIGNMENT)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"document": result, "outputs": {}}))
        folder = self.course.autograded(student, ASSIGNMENT)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(handed_in or notebook()))
        (folder / "timestamp.txt").write_text(f"{came} UTC")
        if not enter:
            return result
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student, **(names or {}))
            gradebook.add_submission(ASSIGNMENT, student, timestamp=came)
            for grade in gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student).grades:
                exercise = grade.name.removesuffix("-checks")
                grade.extra_credit = (extra or {}).get(exercise)
                if exercise in EXERCISES:
                    grade.auto_score = sum(
                        c["points"] for c in result["checks"] if c["exercise"] == exercise
                    )
                    grade.manual_score = (manual or {}).get(exercise)
                    grade.needs_manual_grade = False
                else:
                    grade.manual_score = (written or {}).get(exercise)
                    grade.needs_manual_grade = grade.manual_score is None
            work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            work.late_submission_penalty = penalty
            for comment in work.comments:
                comment.manual_comment = (comments or {}).get(comment.name)
            gradebook.db.commit()
        return result


# --- looking at pages ----------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script></code></pre></details></td></table>"
    "<img src=x onerror=alert(1)><svg onload=alert(1)>{{ 7 * 7 }}{% raw %}"
    "[link](javascript:alert(1)) \u202etxet\u200b & \"quotes\" 'too' \x00\ud800 "
)
INERT = set(
    re.findall(
        r"\w+",
        """
        html head meta title style body header main footer nav section div span p h1 h2 h3 ul li
        a b i strong em small bdi br code pre table caption thead tbody tfoot tr th td details
        summary figure figcaption img svg desc rect line text
        """,
    )
)
INLINE = {"a", "b", "i", "strong", "em", "small", "bdi", "code", "span"}
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """A page's text, elements and attributes; complains where elements do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.text = html, ""
        self.elements: list[tuple[str, dict]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.text += "" if tag in INLINE else " "
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag
        self.text += "" if tag in INLINE else " "

    def handle_data(self, data):
        if "style" not in self._open:
            self.text += data

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


def assert_inert(page: Page) -> None:
    """No element or attribute that runs, loads or leads elsewhere."""
    for tag, attributes in page.elements:
        assert tag in INERT, tag
        assert not any(name.startswith("on") for name in attributes), attributes
        if "src" in attributes:
            assert tag == "img"
            assert re.fullmatch(
                r"data:image/(png|jpeg|gif|webp);base64,[\w+/=]+", attributes["src"]
            )
        if "href" in attributes:
            assert attributes["href"].startswith(("#", "../feedback/")), attributes
    policy = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert policy
    assert "default-src 'none'" in policy[0]
    assert "@import" not in page.html
    assert "url(" not in page.html
