"""nbgrader's configuration for this course; `nbgrader_config.py` hands it over."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursekit.grading.course import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

    from coursekit.grading.course import Course

COURSE_ID = "coursekit"
DATABASE = "COURSEKIT_GRADEBOOK"  # the environment's variable with the gradebook's URL


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
    if os.environ.get(DATABASE):
        config.CourseDirectory.db_url = normal_url(os.environ[DATABASE], course_root)
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
        judged.UnmarkCopies,
        judged.RestoreKernelspec,
        judged.RestoreCells,
        judged.CheckMarks,
    ]
    config.Autograde.autograde_preprocessors = [
        judged.JudgeSubmission,
        stock.IgnorePattern,
        ClearMetadataPreprocessor,
        stock.LimitOutput,
        judged.SaveJudgedGrades,
        judged.AssignPenalties,
        judged.CheckMarks,
    ]


def load(course: Course) -> Config:
    """The configuration that nbgrader has in a course directory: what its nbgrader_config.py
    says, or without that file what `configure` does."""
    from traitlets.config import Config, PyFileConfigLoader

    file = course.root / "nbgrader_config.py"
    if file.is_file():
        config = PyFileConfigLoader(file.name, path=str(course.root)).load_config()
    else:
        config = Config()
        configure(config)
    config.CourseDirectory.root = os.path.abspath(course.root)
    config.SetPoints.course_root = config.JudgeSubmission.course_root = str(course.root)
    return config


def database_of(course: Course) -> str:
    """What `Course.gradebook_url` says."""
    configured = load(course).CourseDirectory.get("db_url")
    url = normal_url(configured or "sqlite:///gradebook.db", course.root)
    given = os.environ.get(DATABASE)
    # Half a class in one gradebook and half in another helps nobody.
    if given and normal_url(given, course.root) != url:
        raise CourseError(
            f"{DATABASE} and nbgrader_config.py name two gradebooks: unset the one, or put "
            "c.CourseDirectory.db_url above the call of configure() in the other"
        )
    return url


def normal_url(text: str, root: Path | None) -> str:
    """A database's URL with the driver that this package comes with, and a file that is given
    without its folder taken to be in `root`.

    Raises
    ------
    CourseError
        If it is no URL of a database.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except ArgumentError:
        # Without the text: it may hold a password.
        raise CourseError(
            f"{DATABASE} or c.CourseDirectory.db_url is no URL of a database: it is like "
            "sqlite:////home/me/course/gradebook.db or postgresql://me@server/gradebook"
        ) from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    elif url.get_backend_name() == "sqlite" and url.database and root:
        url = url.set(database=os.path.abspath(root / url.database))
    return url.render_as_string(hide_password=False)
