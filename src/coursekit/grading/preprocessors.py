"""nbgrader's autograde step with the judge in place of a kernel.

`nbgrader autograde` reads this configuration from `nbgrader_config.py`; `coursekit grade` runs
the same step. Scores come from the judge's document alone: what a notebook shows is put into
its cells for people to look at.
"""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader import utils
from nbgrader.api import Grade, Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    DeduplicateIds,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets import Bool, Unicode

from coursekit.checks import table
from coursekit.checks.engine import Result
from coursekit.grading import jobs
from coursekit.grading.attachments import keep_pictures
from coursekit.grading.course import Course
from coursekit.grading.submission import link_among, load
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
        if Path(os.path.abspath(filename)).parents[2].name != "submitted":
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        try:
            return self.from_notebook_node(read_handed_in(path), resources=resources, **kw)
        except Exception as error:
            self.log.warning("%s: going on with what can be read (%s)", filename, error)
        return self.from_notebook_node(readable(path), resources=resources, **kw)

    def from_notebook_node(self, nb: Any, resources: dict | None = None, **kw: Any):
        output, resources = super().from_notebook_node(nb, resources=resources, **kw)
        # What was printed may hold text that cannot be written as UTF-8.
        return output.encode("utf-8", "replace").decode(), resources


def read_handed_in(path: Path) -> nbformat.NotebookNode:
    """The notebook in a file; any exception if there is none that nbgrader could work on."""
    return _parsed(path, validate=True)


def readable(path: Path) -> nbformat.NotebookNode:
    """The cells of a damaged notebook without their metadata, or a page that says it is none."""
    try:
        cells = []
        for cell in _parsed(path, validate=False).cells:
            kind = "code" if cell.get("cell_type") == "code" else "markdown"
            make = getattr(nbformat.v4, f"new_{kind}_cell")
            cells.append(make("".join(str(part) for part in cell.get("source", ""))))
    except Exception:
        text = "This file could not be read as a notebook."
        cells = [nbformat.v4.new_markdown_cell(text)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def leads_out(path: Path, folder: Path) -> bool:
    """Whether `path`, links followed, is not in `folder`: what a student hands in must be."""
    return not path.resolve().is_relative_to(folder.resolve())


def _parsed(path: Path, *, validate: bool) -> nbformat.NotebookNode:
    if link_among(path) is not None:
        raise ValueError("a link out of the folder")
    text = load(path).decode("utf-8-sig")
    if "\\ud" in text.lower():
        # Half a surrogate pair is legal in JSON, and cannot be written as UTF-8.
        text = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace").decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # missing ids and the like
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)
        if validate:
            notebook = nbformat.validator.normalize(notebook)[1]
            nbformat.validate(notebook, relax_add_props=True)
    return notebook


class MarkPlaces(NbGraderPreprocessor):
    """Note each cell's place before other steps move or remove cells."""

    def preprocess_cell(self, cell: Any, resources: dict, index: int) -> tuple[Any, dict]:
        cell.metadata[_PLACE] = index
        return cell, resources


class UnmarkCopies(DeduplicateIds):
    """nbgrader's own step: of cells that are there twice, the last counts. It leaves the others
    empty marks, which nbgrader then takes for those of an old version."""

    def preprocess_cell(self, cell: Any, resources: dict, index: int) -> tuple[Any, dict]:
        cell, resources = super().preprocess_cell(cell, resources, index)
        if cell.metadata.get("nbgrader") == {}:
            del cell.metadata["nbgrader"]
        return cell, resources


class JudgeSubmission(NbGraderPreprocessor):
    """Judge the file that was handed in and show its outputs and results in the notebook."""

    course_root = Unicode("", help="The course directory; found from here if empty.").tag(
        config=True
    )
    only_kept = Bool(
        False, help="Take what is kept of an earlier judgment, whatever it says; judge nothing."
    ).tag(config=True)
    sandbox = Unicode(
        "required", help="`none` runs submissions unsealed, where every one of them is trusted."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        names = resources["nbgrader"]
        if "result" not in names:
            course = Course.given_or_located(self.course_root)
            take = partial(jobs.judge_student, sandbox=self.sandbox)
            if self.only_kept:
                take = jobs.kept_result
            names["result"] = take(course, names["student"], names["assignment"])
        show(nb, names["result"])
        return nb, resources


def show(nb: Any, result: dict) -> None:
    """Put what the judge found and what the cells printed into a notebook's cells."""
    by_exercise: dict[str, list[Result]] = {}
    for item in results_of(result["document"]):
        by_exercise.setdefault(item.exercise, []).append(item)
    for cell in nb.cells:
        place = cell.metadata.pop(_PLACE, None)
        if cell.cell_type != "code":
            keep_pictures(cell)
            continue
        exercise = exercise_of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if utils.is_grade(cell) and exercise in by_exercise:
            cell.outputs = _verdict_outputs(by_exercise[exercise])
        else:
            cell.outputs = _shown(result["outputs"].get(str(place), []))


def _verdict_outputs(results: list[Result]) -> list[Any]:
    """The table of an exercise, and the points as nbgrader's partial credit."""
    points = sum(result.points for result in results)
    text = "\n".join(f"{result.verdict}: {result.title}" for result in results)
    data = {"text/html": table(_for_students(results)), "text/plain": text}
    return [
        _output("display_data", data=data, metadata={}),
        _output(
            "execute_result", data={"text/plain": f"{points:g}"}, metadata={}, execution_count=1
        ),
    ]


def _output(kind: str, **fields: Any) -> Any:
    # nbformat's own function checks each against the schema, which takes a millisecond.
    return nbformat.from_dict({"output_type": kind, **fields})


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
            safe.append(_output("stream", name="stdout", text=text))
        elif kind == "display_data" and isinstance(output.get("data"), dict):
            data = {
                mime: content
                for mime, content in output["data"].items()
                if mime in ("text/plain", "image/png", "image/jpeg") and isinstance(content, str)
            }
            safe.append(_output("display_data", data=data, metadata={}))
        elif kind == "error":
            text = f"{output.get('ename')}: {output.get('evalue')}\n"
            safe.append(_output("stream", name="stdout", text=text))
    return safe


# nbgrader's steps open the gradebook, each for itself and each time anew. Those that follow do so
# too under `nbgrader autograde`; `coursekit grade` gives them one student's rows of the gradebook
# that it holds open.


class RestoreKernelspec(OverwriteKernelspec):
    """nbgrader's own step, also on rows that are given."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        names = resources["nbgrader"]
        if "rows" not in names:
            return super().preprocess(nb, resources)
        kernelspec = names["rows"].find_notebook(names["notebook"]).kernelspec
        if kernelspec and json.loads(kernelspec):
            nb.metadata["kernelspec"] = json.loads(kernelspec)
        return nb, resources


class RestoreCells(OverwriteCells):
    """nbgrader's own step, also on rows that are given."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        names = resources["nbgrader"]
        if "rows" not in names:
            return super().preprocess(nb, resources)
        self.gradebook = names["rows"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        nb, resources = super(OverwriteCells, self).preprocess(nb, resources)
        if self.add_missing_cells:
            self.add_missing_grade_cells(nb, resources)
            self.add_missing_task_cells(nb, resources)
        return nb, resources


class CheckMarks(CheckCellMetadata):
    """nbgrader's own step; marks that it has seen before are not checked again."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._validator = _Validator()
        self._validator.log = self.log

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        self._validator.validate_nb(nb)
        return nb, resources


class _Validator(MetadataValidator):
    """nbgrader spends a millisecond on each cell, and a class has the same cells many times."""

    def __init__(self) -> None:
        super().__init__()
        self._good: set[str] = set()

    def validate_cell(self, cell: Any) -> None:
        if "nbgrader" not in cell.metadata:
            return
        marks = f"{cell.cell_type} {cell.metadata['nbgrader']}"
        if marks not in self._good:
            super().validate_cell(cell)
            if len(self._good) < 1000 and len(marks) < 1000:
                self._good.add(marks)


class SaveJudgedGrades(SaveAutoGrades):
    """nbgrader's own step, and then the judge's points."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        names = resources["nbgrader"]
        if "rows" not in names:
            nb, resources = super().preprocess(nb, resources)
            with Gradebook(names["db_url"]) as gradebook:
                work = gradebook.find_submission_notebook(
                    names["notebook"], names["assignment"], names["student"]
                )
                grades = {grade.name: grade for grade in work.grades}
                save_points(grades, names["result"]["document"], nb)
                gradebook.db.commit()
            return nb, resources
        self.gradebook, self.student_id = names["rows"], names["student"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        nb, resources = super(SaveAutoGrades, self).preprocess(nb, resources)
        save_points(names["rows"].grades, names["result"]["document"], nb)
        return nb, resources


def save_points(grades: dict[str, Grade], document: dict, nb: Any | None) -> None:
    """Set the automatic scores of a student's grades, by their cells' names; manual ones stay.

    The points of checks come from the judge's document alone, whatever the cells in the notebook
    `nb` say, and also where it lacks them or there is none. A written question whose cell is gone
    has no answer, and gets zero.
    """
    points = points_of(document)
    faults = {check["exercise"] for check in document["checks"] if check["verdict"] == "fault"}
    present = {
        cell.metadata["nbgrader"].get("grade_id")
        for cell in (nb.cells if nb is not None else [])
        if utils.is_grade(cell) or utils.is_task(cell)
    }
    for name, grade in grades.items():
        exercise = exercise_of(name)
        if exercise in faults:
            # No zero for the grader's own failure: a row that asks for attention.
            grade.auto_score, grade.needs_manual_grade = None, True
        elif exercise is not None or name not in present:
            grade.auto_score = points.get(exercise, 0.0)
            # A person's word on points that may have changed is asked for again.
            grade.needs_manual_grade = grade.manual_score is not None


class AssignPenalties(AssignLatePenalties):
    """nbgrader's own step, also on rows that are given."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        names = resources["nbgrader"]
        if "rows" not in names:
            return super().preprocess(nb, resources)
        work = names["rows"].work
        work.late_submission_penalty = None
        late = names["rows"].seconds_late()
        if late > 0:
            self.init_plugin()
            score = names["rows"].score()
            penalty = self.plugin_inst.late_submission_penalty(names["student"], score, late)
            if penalty is not None:
                work.late_submission_penalty = self._check_late_penalty(work, penalty)
        return nb, resources


def points_of(document: dict) -> dict[str, float]:
    """The points of each exercise in a document."""
    points: dict[str, float] = {}
    for check in document["checks"]:
        points[check["exercise"]] = points.get(check["exercise"], 0.0) + check["points"]
    return points
