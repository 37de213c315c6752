"""What students get: a wheel of the student edition, the notebooks, the book."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from coursekit.grading.course import Course, CourseError
from coursekit.publishing.edition import edition_files, write_edition


def publish_student(course: Course, output: Path) -> str:
    """Write the student edition into a folder, which is emptied first.

    Parameters
    ----------
    course : Course
    output : Path
        Gets `coursekit-*.whl`, `assignments/` and, if it is built, `book/`.

    Returns
    -------
    str
        What was written.

    Raises
    ------
    CourseError
        If nothing is released yet, or the folder holds something else.
    """
    if not (course.root / "assignments").is_dir():
        raise CourseError("nothing is released yet: run coursekit release first")
    if output.exists() and not _ours(output):
        raise CourseError(
            f"{output} holds other files; name an empty folder with -o, or remove them"
        )
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    wheel = build_wheel(course, output)
    shutil.copytree(
        course.root / "assignments",
        output / "assignments",
        ignore=shutil.ignore_patterns(".*"),
    )
    lines = [f"Students install {output / wheel.name}", f"and open {output / 'assignments'}."]
    built = course.root / "_build" / "html"
    if built.is_dir():
        shutil.copytree(built, output / "book", ignore=shutil.ignore_patterns(".buildinfo"))
        lines.append(f"The book opens from {output / 'book' / 'index.html'}, without a network.")
    else:
        lines.append("The book is not among it: run make book first if you want it there.")
    return "\n".join(lines)


def _ours(folder: Path) -> bool:
    known = ("assignments", "book")
    return folder.is_dir() and all(
        item.name in known or item.name.startswith("coursekit-") for item in folder.iterdir()
    )


def build_wheel(course: Course, output: Path) -> Path:
    """Build the wheel of the student edition into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        write_edition(edition_files(course.package_root / "coursekit"), project / "src")
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(course.root / name, project / name)
        command = [
            sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-build-isolation", "--wheel-dir", str(output.resolve()), str(project),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:]
        raise CourseError(f"pip could not build the wheel: {' '.join(said)}")
    return next(output.glob("coursekit-*.whl"))
