"""nbgrader's configuration for this course; `nbgrader_config.py` hands it over."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

COURSE_ID = "coursekit"


def configure(config: Any, course_root: Path | None = None) -> None:
    """Set folders, gradebook and preprocessors in a traitlets configuration.

    Parameters
    ----------
    config : traitlets.config.Config
    course_root : Path, optional
        Where the checks are, when it is not where nbgrader works; found from there by default.
    """
    # Here, so that `import coursekit.grading.settings` alone loads nothing of nbgrader.
    from nbconvert.preprocessors import ClearMetadataPreprocessor
    from nbgrader import preprocessors as stock
    from sqlalchemy.exc import SAWarning

    from coursekit.grading import preprocessors as judged
    from coursekit.publishing import preprocessors as publishing

    # About how nbgrader adds rows; it concerns nobody who runs it.
    warnings.filterwarnings("ignore", category=SAWarning)

    # nbgrader calls `alembic` by name when it makes a gradebook; without an activated
    # environment that is not on the PATH.
    tools = str(Path(sys.executable).parent)
    if tools not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ.get("PATH", os.defpath)

    if course_root is not None:
        config.SetPoints.course_root = config.JudgeSubmission.course_root = str(course_root)
    config.CourseDirectory.course_id = COURSE_ID
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "assignments"
    config.CourseDirectory.submitted_directory = "submitted"
    config.CourseDirectory.autograded_directory = "autograded"
    config.CourseDirectory.feedback_directory = "feedback"

    config.ClearSolutions.text_stub = "*Write your answer here.*"
    config.GenerateAssignment.preprocessors = [
        publishing.SetPoints,
        stock.IncludeHeaderFooter,
        stock.LockCells,
        publishing.InsertStubs,
        stock.ClearOutput,
        stock.CheckCellMetadata,
        stock.ComputeChecksums,
        stock.SaveCells,
        stock.ClearHiddenTests,
        stock.ClearMarkScheme,
        stock.ComputeChecksums,
        stock.CheckCellMetadata,
    ]
    config.Autograde.exporter_class = judged.TolerantExporter
    config.Autograde.sanitize_preprocessors = [
        judged.MarkPlaces,
        stock.ClearOutput,
        stock.DeduplicateIds,
        stock.OverwriteKernelspec,
        stock.OverwriteCells,
        stock.CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        judged.JudgeSubmission,
        stock.IgnorePattern,
        ClearMetadataPreprocessor,
        stock.LimitOutput,
        judged.SaveJudgedGrades,
        stock.AssignLatePenalties,
        stock.CheckCellMetadata,
    ]
