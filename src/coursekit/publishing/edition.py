"""The student edition of the package: the same modules, without what students are to write.

Bodies of exercises go, and with them the private helpers that only they use; the instructor's
side of grading and publishing stays out. Candidates run on this edition, so that a submission
finds no answer to import.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from coursekit.exercises import ASSIGNMENTS, exercises_of, unwritten
from coursekit.grading.course import Course, CourseError

# Of these folders only what the untrusted side needs belongs to students.
_UNTRUSTED = {"__init__.py", "candidate.py", "cells.py", "seal.py", "warm.py", "wire.py"}
KEPT = {"grading": _UNTRUSTED, "publishing": set()}


def student_edition(course: Course) -> Path:
    """Make the student edition, unless it is there already.

    Returns
    -------
    Path
        The folder that holds `coursekit/`. Its name is a digest of its content, so that
        another version of the package gets another folder.
    """
    files = edition_files(course.package_root / "coursekit")
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    target = course.student_edition / digest.hexdigest()[:16]
    if target.is_dir():
        return target
    course.student_edition.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=course.student_edition))
    building.chmod(0o755)
    write_edition(files, building)
    try:
        os.rename(building, target)
    except OSError:
        shutil.rmtree(building)  # another process was faster
    return target


def write_edition(files: dict[str, bytes], folder: Path) -> None:
    """Write the files of an edition as the package `coursekit` in `folder`."""
    for name, content in files.items():
        path = folder / "coursekit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def edition_files(package: Path) -> dict[str, bytes]:
    """The files of the student edition, by their path in the package."""
    files, found = {}, set()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        if not path.is_file() or "__pycache__" in name.parts:
            continue
        if name.parts[0] in KEPT and name.name not in KEPT[name.parts[0]]:
            continue
        content = path.read_bytes()
        if path.suffix == ".py":
            source = content.decode()
            found |= {node.name for node in ast.parse(source).body if _assignment(node)}
            content = without_solutions(source).encode()
        files[name.as_posix()] = content
    known = {entry.name for assignment in ASSIGNMENTS for entry in exercises_of(assignment)}
    if found != known:
        raise CourseError(
            f"the student edition would hold solutions: {', '.join(sorted(known ^ found))} must "
            'be plain functions under @exercise("...") in a module that ASSIGNMENTS names'
        )
    return files


def without_solutions(source: str) -> str:
    """A module's source with the bodies of its exercises gone.

    Private definitions that nothing else in the module uses go too: they are parts of the
    solutions. A module without exercises comes back as it is.
    """
    tree = ast.parse(source)
    exercises = [node for node in tree.body if _assignment(node)]
    if not exercises:
        return source
    keep = _still_used(tree, exercises)
    lines = source.splitlines()
    for node in reversed(tree.body):
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if node in exercises:
            head = lines[: node.body[0].end_lineno]
            body = [f"    {unwritten(node.name, _assignment(node))}"]
            lines = head + body + lines[node.end_lineno :]
        elif node not in keep:
            start = first - 1
            # A comment right above a definition speaks of it.
            while start > 0 and lines[start - 1].startswith("#"):
                start -= 1
            lines = lines[:start] + lines[node.end_lineno :]
    return "\n".join(lines) + "\n"


def _assignment(node: ast.stmt) -> str:
    """The assignment of a decorated exercise, or nothing."""
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "exercise":
                return decorator.args[0].value
    return ""


def _still_used(tree: ast.Module, exercises: list[ast.stmt]) -> set[ast.stmt]:
    """The statements of a module that remain when its exercises have no bodies."""
    defined = {name: node for node in tree.body for name in _names(node)}
    waiting = [
        node
        for node in tree.body
        if node not in exercises and not all(name.startswith("_") for name in _names(node) or "x")
    ]
    keep: set[ast.stmt] = set()
    while waiting:
        node = waiting.pop()
        if node in keep:
            continue
        keep.add(node)
        used = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
        waiting += [
            defined[name] for name in used if name in defined and defined[name] not in exercises
        ]
    return keep


def _names(node: ast.stmt) -> list[str]:
    """The names that a top-level statement defines; nothing for imports and expressions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []
