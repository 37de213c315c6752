"""Where things lie in a course directory: the instructor edition of the repository."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import coursekit


class CourseError(Exception):
    """Something about the course directory or a request is wrong; the message says what."""


@dataclass(frozen=True)
class Course:
    """A course directory, with nbgrader's names for its folders."""

    root: Path

    @classmethod
    def given_or_located(cls, root: str) -> Course:
        """The course directory `root`, or where that is empty the one that `locate` finds."""
        return cls(Path(root)) if root else cls.locate()

    @classmethod
    def locate(cls, *, anywhere: bool = False) -> Course:
        """The course directory that COURSEKIT_ROOT names, or else the one at or above the
        working directory.

        Parameters
        ----------
        anywhere : bool
            Where there is none, take the one that this package was installed from: enough to
            judge a file, and too much to write a gradebook into.

        Raises
        ------
        CourseError
            If there is none; the student edition has no hidden checks and so is none.
        """
        given = os.environ.get("COURSEKIT_ROOT")
        here = Path(given or Path.cwd()).resolve()
        folders = [here] if given else [here, *here.parents]
        if anywhere and not given:
            folders.append(Path(coursekit.__file__).resolve().parents[2])
        for folder in folders:
            if (folder / "nbgrader_config.py").is_file() and (folder / "tests/hidden").is_dir():
                return cls(folder)
        raise CourseError(
            f"no course directory at {'' if given else 'or above '}{here}: it would hold "
            "nbgrader_config.py and tests/hidden/. Run this inside a clone of the course, or set "
            "COURSEKIT_ROOT to one"
        )

    @property
    def package_root(self) -> Path:
        """The folder of the instructor's package: this course's own, or the installed one."""
        own = self.root / "src"
        return own if own.is_dir() else Path(coursekit.__file__).resolve().parents[1]

    @property
    def gradebook(self) -> Path:
        """Where nbgrader's gradebook is, unless `gradebook_url` says otherwise."""
        return self.root / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        """The gradebook as SQLAlchemy and nbgrader name it: what COURSEKIT_GRADEBOOK says, or
        `c.CourseDirectory.db_url` in nbgrader_config.py, or else `gradebook.db`.

        It may hold a password: print `coursekit.grading.gradebook.shown(url)` instead.

        Raises
        ------
        CourseError
            If it is no such URL, or nbgrader would use another gradebook.
        """
        # Here, because a judge needs a course and nothing of nbgrader.
        from coursekit.grading.settings import database_of

        return database_of(self)

    @property
    def work(self) -> Path:
        """What grading keeps between its steps; can be deleted, and is made anew."""
        return self.root / ".coursekit"

    @property
    def student_edition(self) -> Path:
        """The folder of the student edition of the package, which candidates run on."""
        return self.work / "student-edition"

    @property
    def secrets(self) -> list[Path]:
        """What no submission may read, as far as it is there."""
        names = (
            "tests", "solutions", "src", "submitted", "autograded", "gradebook.db",
            ".coursekit/documents",
        )  # fmt: skip
        return [self.root / name for name in names if (self.root / name).exists()]

    def hidden(self, assignment: str) -> Path:
        return self.root / "tests" / "hidden" / assignment

    def solution(self, assignment: str) -> Path:
        return self.root / "solutions" / assignment / f"{assignment}.ipynb"

    def released(self, assignment: str) -> Path:
        return self.root / "assignments" / assignment / f"{assignment}.ipynb"

    def submitted(self, assignment: str) -> dict[str, Path]:
        """The folder that each student handed in, by the student's name, sorted."""
        found = sorted((self.root / "submitted").glob(f"*/{assignment}"))
        return {
            folder.parent.name: folder
            for folder in found
            if folder.is_dir() and not folder.parent.name.startswith(".")
        }

    def handed_in(self, student: str, assignment: str) -> Path:
        """The notebook that a student should have handed in."""
        return self.root / "submitted" / student / assignment / f"{assignment}.ipynb"

    def autograded(self, student: str, assignment: str) -> Path:
        return self.root / "autograded" / student / assignment

    def feedback(self, student: str, assignment: str) -> Path:
        return self.root / "feedback" / student / assignment / f"{assignment}.html"

    def report(self, assignment: str) -> Path:
        return self.root / "reports" / f"{assignment}.html"

    def entered(self, student: str, assignment: str) -> Path:
        """Where it is noted which work of a student stands in the gradebook."""
        return self.work / "entered" / assignment / f"{student}.txt"

    def document(self, student: str, assignment: str) -> Path:
        """Where the judge's document on a student's submission is kept."""
        return self.work / "documents" / assignment / f"{student}.json"

    def changes(self, assignment: str) -> Path:
        """Where it is kept what the last regrade changed."""
        return self.work / "changes" / f"{assignment}.json"
