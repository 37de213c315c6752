"""nbgrader's autograde step with the judge in place of a kernel.

`nbgrader autograde` reads this configuration from `nbgrader_config.py`; `coursekit grade` runs
the same step. Scores come from the judge's document alone: what a notebook shows is put into
its cells for people to look at.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Unicode

from coursekit.checks import table
from coursekit.checks.engine import Result
from coursekit.grading import jobs
from coursekit.grading.course import Course
from coursekit.grading.tables import results_of

# Marks a cell's place in the file that was handed in, while nbgrader works on it.
_PLACE = "coursekit_index"


def grade_id(exercise: str) -> str:
    """The nbgrader id of the cell that holds the checks of an exercise."""
    return f"{exercise}-checks"


def exercise_of(cell_id: str) -> str | None:
    """The exercise whose checks a cell holds, or None for a written question."""
    return cell_id.removesuffix("-checks") if cell_id.endswith("-checks") else None


class TolerantExporter(NotebookExporter):
    """Reads what nbgrader alone would give up on, so that one bad notebook stops nothing.

    A notebook whose nbgrader metadata is beyond repair goes on without it; a file that is no
    notebook becomes one that says so. The judge's scores do not depend on either.
    """

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any):
        # Only what was handed in may be damaged; in its own second step nbgrader reads its own.
        if Path(filename).resolve().parents[2].name != "submitted":
            return super().from_filename(filename, resources=resources, **kw)
        try:
            return super().from_filename(filename, resources=resources, **kw)
        except Exception as error:
            self.log.warning("%s: going on with what can be read (%s)", filename, error)
        return self.from_notebook_node(_readable(filename), resources=resources, **kw)


def _readable(filename: str) -> nbformat.NotebookNode:
    """The cells of a damaged notebook without their metadata, or a page that says it is none."""
    try:
        with open(filename, encoding="utf-8") as file:
            damaged = nbformat.reads(file.read(), as_version=4, capture_validation_error={})
        cells = []
        for index, cell in enumerate(damaged.cells):
            kind = "code" if cell.get("cell_type") == "code" else "markdown"
            make = getattr(nbformat.v4, f"new_{kind}_cell")
            source = "".join(str(part) for part in cell.get("source", ""))
            cells.append(make(source, metadata={_PLACE: index}))
    except Exception:
        text = "This file could not be read as a notebook."
        cells = [nbformat.v4.new_markdown_cell(text)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


class MarkPlaces(NbGraderPreprocessor):
    """Note each cell's place before other steps move or remove cells."""

    def preprocess_cell(self, cell: Any, resources: dict, index: int) -> tuple[Any, dict]:
        cell.metadata.setdefault(_PLACE, index)
        return cell, resources


class JudgeSubmission(NbGraderPreprocessor):
    """Judge the file that was handed in and show its outputs and results in the notebook."""

    course_root = Unicode("", help="The course directory; found from here if empty.").tag(
        config=True
    )
    only_kept = Bool(
        False, help="Take what is kept of an earlier judgment, whatever it says; judge nothing."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        names = resources["nbgrader"]
        course = Course.given_or_located(self.course_root)
        take = jobs.kept_result if self.only_kept else jobs.judge_student
        result = take(course, names["student"], names["assignment"])
        names["document"] = result["document"]
        by_exercise: dict[str, list[Result]] = {}
        for item in results_of(result["document"]):
            by_exercise.setdefault(item.exercise, []).append(item)
        for cell in nb.cells:
            place = cell.metadata.pop(_PLACE, None)
            if cell.cell_type != "code":
                continue
            exercise = exercise_of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            if utils.is_grade(cell) and exercise in by_exercise:
                cell.outputs = _verdict_outputs(by_exercise[exercise])
            else:
                cell.outputs = _shown(result["outputs"].get(str(place), []))
        return nb, resources


def _verdict_outputs(results: list[Result]) -> list[Any]:
    """The table of an exercise, and the points as nbgrader's partial credit."""
    points = sum(result.points for result in results)
    text = "\n".join(f"{result.verdict}: {result.title}" for result in results)
    return [
        nbformat.v4.new_output(
            "display_data", {"text/html": table(_for_students(results)), "text/plain": text}
        ),
        nbformat.v4.new_output("execute_result", {"text/plain": f"{points:g}"}, execution_count=1),
    ]


def _for_students(results: list[Result]) -> list[Result]:
    return [r if r.public else replace(r, expected="", got="") for r in results]


def _shown(outputs: list[dict]) -> list[Any]:
    """A candidate's outputs as notebook outputs: text and pictures, nothing that can run."""
    safe = []
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") in ("stdout", "stderr"):
            # All streams as stdout: nbgrader takes stderr for failure, and a warning is none.
            text = str(output.get("text", ""))
            safe.append(nbformat.v4.new_output("stream", name="stdout", text=text))
        elif kind == "display_data" and isinstance(output.get("data"), dict):
            data = {
                mime: content
                for mime, content in output["data"].items()
                if mime in ("text/plain", "image/png", "image/jpeg") and isinstance(content, str)
            }
            safe.append(nbformat.v4.new_output("display_data", data))
        elif kind == "error":
            text = f"{output.get('ename')}: {output.get('evalue')}\n"
            safe.append(nbformat.v4.new_output("stream", name="stdout", text=text))
    return safe


class SaveJudgedGrades(SaveAutoGrades):
    """nbgrader's own step, and then the scores of cells that the student's file lacks."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        nb, resources = super().preprocess(nb, resources)
        names = resources["nbgrader"]
        present = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
        with Gradebook(names["db_url"]) as gradebook:
            save_missing(gradebook, names["document"], names["student"], names["notebook"], present)
        return nb, resources


def save_missing(
    gradebook: Gradebook, document: dict, student: str, notebook: str, present: set
) -> None:
    """Enter the scores of grade cells that are not `present` in what a student handed in, and
    take back those that the grader failed on.

    Checks need no cell: their points come from the document. A written question whose cell is
    gone has no answer, and gets zero.
    """
    points = points_of(document)
    faults = {check["exercise"] for check in document["checks"] if check["verdict"] == "fault"}
    submission = gradebook.find_submission_notebook(notebook, document["assignment"], student)
    for grade in submission.grades:
        if grade.name not in present:
            grade.auto_score = points.get(exercise_of(grade.name) or "", 0.0)
            grade.needs_manual_grade = grade.manual_score is not None
        if exercise_of(grade.name) in faults:
            # No zero for the grader's own failure: a row that asks for attention.
            grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()


def points_of(document: dict) -> dict[str, float]:
    """The points of each exercise in a document."""
    points: dict[str, float] = {}
    for check in document["checks"]:
        points[check["exercise"]] = points.get(check["exercise"], 0.0) + check["points"]
    return points
