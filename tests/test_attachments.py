"""Pictures in text cells: they reach formgrader and feedback, and nothing else does."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import nbformat
import pytest
from classroom import ASSIGNMENT, Classroom, Page, assert_inert, notebook
from course_directory import REPOSITORY
from nbconvert import HTMLExporter
from PIL import Image

from coursekit.grading import attachments
from coursekit.grading.attachments import keep_pictures, pictures
from coursekit.grading.feedback import write_feedback
from coursekit.grading.preprocessors import show

QUESTION = "written-parameters"


def encoded(kind: str) -> str:
    held = io.BytesIO()
    Image.new("RGB", (3, 2), "orange").save(held, kind)
    return base64.b64encode(held.getvalue()).decode()


PNG = encoded("PNG")
SVG = {"image/svg+xml": "<svg onload='alert(1)'/>"}


def text_cell(source: str, held: object = None) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_markdown_cell(source)
    if held is not None:
        cell["attachments"] = held
    return nbformat.from_dict(cell)


def page_of(cell: nbformat.NotebookNode) -> str:
    """The page that formgrader makes of a cell, up to its frame."""
    made = nbformat.v4.new_notebook(cells=[cell])
    return HTMLExporter(template_name="basic").from_notebook_node(made)[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_picture_of_each_kind_is_shown(kind: str) -> None:
    held = {"mine": {f"image/{kind.lower()}": encoded(kind)}}
    (found,) = pictures(held)
    assert found.name == "mine"
    assert found.address == f"data:image/{kind.lower()};base64,{encoded(kind)}"
    cell = text_cell("![x](attachment:mine)", held)
    keep_pictures(cell)
    assert encoded(kind) in page_of(cell)


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (SVG, "no PNG, JPEG, GIF or WebP"),
        ({"text/html": "<script>alert(1)</script>"}, "no PNG, JPEG, GIF or WebP"),
        ({"image/png": "not base64 <script>"}, "damaged"),
        ({"image/png": base64.b64encode(b"<svg>").decode()}, "damaged"),
        ({"image/png": ["iVBO", "Rw0"]}, "damaged"),
        ({"image/png": None}, "damaged"),
        ([], "no PNG, JPEG, GIF or WebP"),
        ("image/png", "no PNG, JPEG, GIF or WebP"),
    ],
)
def test_what_is_no_picture_is_left_out_and_said(held: object, why: str) -> None:
    (found,) = pictures({"x": held})
    assert found.address == ""
    assert why in found.why_not
    cell = text_cell("![x](attachment:x)", {"x": held})
    keep_pictures(cell)
    assert "attachments" not in cell
    assert "alert" not in page_of(cell)


@pytest.mark.parametrize("held", [None, [], "x", 3, {}])
def test_attachments_that_are_none(held: object) -> None:
    assert pictures(held) == []


def test_too_large_and_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_BYTES", 20)
    (found,) = pictures({"x": {"image/png": PNG}})
    assert "larger than" in found.why_not
    monkeypatch.undo()
    found = pictures({str(i): {"image/png": PNG} for i in range(attachments.MAX_PICTURES + 2)})
    assert sum(bool(picture.address) for picture in found) == attachments.MAX_PICTURES
    assert found[-1].why_not == f"Only the first {attachments.MAX_PICTURES} pictures are shown."


@pytest.mark.parametrize(
    "source",
    [
        "![x](attachment:gone.png)",
        "![x](<attachment:gone one.png>)",
        "![x][y]\n\n[y]: attachment:gone.png",
        "![x](attachment:gone.png) " + "[" * 30_000,
    ],
)
def test_picture_that_is_not_there_breaks_no_page(source: str) -> None:
    with pytest.raises(Exception, match=r"attachment|recursion"):
        page_of(text_cell(source[:500]))
    cell = text_cell(source)
    keep_pictures(cell)
    assert "x" in page_of(text_cell(cell.source[:500]))
    # A picture that is there stays, whatever else the text says.
    cell = text_cell("![x](attachment:mine.png)", {"mine.png": {"image/png": PNG}})
    keep_pictures(cell)
    assert cell.source == "![x](attachment:mine.png)"


def test_feedback_shows_the_picture_that_was_handed_in(tmp_path: Path) -> None:
    room = Classroom(tmp_path / "course")
    held = {QUESTION: {"mine.png": {"image/png": PNG}, "y.svg": SVG}}
    text = {QUESTION: "![mine.png](attachment:mine.png)\n\nI chose waves."}
    room.add("student-01", handed_in=notebook(answers=text, attachments=held))
    text = {QUESTION: "![mine](mine.png)\n\nI chose dots."}
    room.add("student-02", handed_in=notebook(answers=text))
    text = {QUESTION: "![mine.png](attachment:mine.png)"}
    held = {QUESTION: {"mine.png": {"image/png": PNG}}}
    room.add("student-03", handed_in=notebook(answers=text, attachments=held))
    write_feedback(room.course, ASSIGNMENT)
    pages = [
        Page(room.course.feedback(f"student-0{i}", ASSIGNMENT).read_text(encoding="utf-8"))
        for i in (1, 2, 3)
    ]
    for page in pages:
        assert_inert(page)
    addresses = [[image["src"] for image in page.all("img")] for page in pages]
    assert addresses == [[f"data:image/png;base64,{PNG}"], [], [f"data:image/png;base64,{PNG}"]]
    assert "I chose waves." in pages[0].text
    assert "attachment:" not in pages[0].text
    assert "y.svg is not shown. It is no PNG" in pages[0].text
    assert "names a picture that is not in the notebook" in pages[1].text
    assert "names a picture" not in pages[0].text + pages[2].text
    assert "There is no answer" not in pages[2].text


def handed_in(student: str) -> nbformat.NotebookNode:
    path = REPOSITORY / "sample_class" / student / "style-transfer" / "style-transfer.ipynb"
    return nbformat.read(path, as_version=4)


def test_graded_notebook_shows_what_students_attached() -> None:
    notebook = handed_in("student-01")
    show(notebook, {"document": {"checks": []}, "outputs": {}})
    assert "data:image/jpeg;base64," in HTMLExporter().from_notebook_node(notebook)[0]
    # The picture of this one was lost on the way; formgrader would show nothing at all.
    notebook = handed_in("student-08")
    with pytest.raises(Exception, match="missing attachment"):
        HTMLExporter().from_notebook_node(notebook)
    show(notebook, {"document": {"checks": []}, "outputs": {}})
    HTMLExporter().from_notebook_node(notebook)


def test_picture_of_the_solution_is_not_released() -> None:
    held = {
        kind: [
            name
            for cell in nbformat.read(
                REPOSITORY / kind / "style-transfer" / "style-transfer.ipynb", as_version=4
            ).cells
            for name in cell.get("attachments", {})
        ]
        for kind in ("solutions", "assignments")
    }
    assert held["solutions"]
    assert not held["assignments"]
