"""nbgrader's configuration for this course; `nbgrader_config.py` hands it over."""

from __future__ import annotations

from typing import Any

COURSE_ID = "coursekit"


def configure(config: Any) -> None:
    """Set folders, gradebook and preprocessors in a traitlets configuration."""
    # Here, so that `import coursekit.grading.settings` alone loads nothing of nbgrader.
    from nbconvert.preprocessors import ClearMetadataPreprocessor
    from nbgrader import preprocessors as stock

    from coursekit.grading import preprocessors as judged
    from coursekit.publishing import release

    config.CourseDirectory.course_id = COURSE_ID
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "assignments"
    config.CourseDirectory.submitted_directory = "submitted"
    config.CourseDirectory.autograded_directory = "autograded"
    config.CourseDirectory.feedback_directory = "feedback"

    config.ClearSolutions.text_stub = "*Write your answer here.*"
    config.GenerateAssignment.preprocessors = [
        release.SetPoints,
        stock.IncludeHeaderFooter,
        stock.LockCells,
        release.InsertStubs,
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
