"""nbgrader's generate_assignment step: stubs where references are imported, points from checks."""

from __future__ import annotations

import ast
import re
from typing import Any

from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_solution
from traitlets import Unicode

from coursekit.checks import engine
from coursekit.exercises import find, stub
from coursekit.grading.course import Course
from coursekit.grading.judge import checks_of
from coursekit.grading.preprocessors import exercise_of


class InsertStubs(ClearSolutions):
    """Put an exercise's stub where its reference is imported; clear other solutions as usual.

    A picture in a written solution goes with its text.
    """

    def preprocess_cell(self, cell: Any, resources: dict, index: int) -> tuple[Any, dict]:
        cell, resources = super().preprocess_cell(cell, resources, index)
        if is_solution(cell):
            cell.pop("attachments", None)
        return cell, resources

    def _replace_solution_region(self, cell: Any, language: str) -> bool:
        names = imported_exercises(cell.source) if cell.cell_type == "code" else []
        if not names:
            return super()._replace_solution_region(cell, language)
        stubs = "\n\n\n".join(stub(find(name)) for name in names)
        begin, end = self.begin_solution_delimeter, self.end_solution_delimeter
        region = re.compile(rf"^[^\n]*{begin}.*?{end}[^\n]*$", re.DOTALL | re.MULTILINE)
        # A function as replacement: a stub may hold backslashes.
        cell.source = region.sub(lambda _: stubs, cell.source, count=1)
        return True


def imported_exercises(source: str) -> list[str]:
    """The exercises that a cell imports from the package between solution marks."""
    if "BEGIN SOLUTION" not in source:
        return []
    return [
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit.")
        for alias in node.names
    ]


class SetPoints(NbGraderPreprocessor):
    """Give each check cell the points of its checks, and let "Run all" go on past it."""

    course_root = Unicode("", help="The course directory; found from here if empty.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        assignment = resources["nbgrader"]["assignment"]
        course = Course.given_or_located(self.course_root)
        points = engine.points_by_exercise(checks_of(course, assignment))
        for cell in nb.cells:
            marks = cell.metadata.get("nbgrader", {})
            exercise = exercise_of(marks.get("grade_id", ""))
            if exercise in points:
                marks["points"] = points[exercise]
                cell.metadata["tags"] = ["raises-exception"]
        return nb, resources
