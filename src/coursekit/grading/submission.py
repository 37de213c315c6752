"""Read what somebody handed in: a notebook or a script, as cells of source."""

from __future__ import annotations

import ast
import hashlib
import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat

MAX_BYTES = 100_000_000


class UnreadableError(Exception):
    """The file is no notebook or script that can be run; the message says why, in a sentence."""


@dataclass(frozen=True)
class Submission:
    """The code of a submission.

    Attributes
    ----------
    name : str
        The file's name, for messages.
    digest : str
        SHA-256 of the file's bytes.
    cells : tuple of (int, str)
        Index in the notebook and source of each code cell that the candidate runs. Locked test
        cells are not among them: the judge runs the checks itself.
    """

    name: str
    digest: str
    cells: tuple[tuple[int, str], ...]


def read(path: Path) -> Submission:
    """Read an `.ipynb` or `.py` file.

    Raises
    ------
    UnreadableError
        If there is no such file, or nothing in it can be run.
    """
    return parse(load(path), path.name)


def load(path: Path) -> bytes:
    """The bytes of an `.ipynb` or `.py` file.

    Raises
    ------
    UnreadableError
        If there is no such file, or it is larger than `MAX_BYTES`.
    """
    if path.suffix not in (".ipynb", ".py"):
        raise UnreadableError(f"{path.name} is neither a notebook (.ipynb) nor a script (.py)")
    try:
        # A pipe would keep us waiting, and a device has no end.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableError(f"{path.name} is no file")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableError(f"there is no file {path}") from None
    except OSError as error:
        raise UnreadableError(f"{path.name} cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise UnreadableError(
            f"{path.name} is larger than {MAX_BYTES / 1e6:.0f} MB; clear its outputs in "
            "Jupyter and save it again"
        )
    return data


def link_among(path: Path) -> Path | None:
    """The first link among a student's folder, the assignment's in it and the notebook, if any.

    It would lead to somebody else's work, or to the solution.
    """
    parts = (path.parents[1], path.parent, path)
    return next((part for part in parts if part.is_symlink()), None)


def digest_of(data: bytes) -> str:
    """SHA-256 of the bytes of a file."""
    return hashlib.sha256(data).hexdigest()


def parse(data: bytes, name: str) -> Submission:
    """Read the bytes of a file called `name`."""
    digest = digest_of(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"{name} is not UTF-8 text (byte {error.start} is wrong); save it again from Jupyter"
        ) from None
    if name.endswith(".py"):
        return Submission(name, digest, ((0, text),))
    return Submission(name, digest, tuple(_cells(text, name)))


def _cells(text: str, name: str) -> list[tuple[int, str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing ids and the like; they change no code
            # Validity against the format is not asked: a cell with odd metadata still runs.
            notebook = nbformat.reads(text, as_version=4, capture_validation_error={})
        cells = []
        for index, cell in enumerate(notebook.cells):
            marks = cell.get("metadata", {}).get("nbgrader")
            marks = marks if isinstance(marks, dict) else {}
            is_test = marks.get("grade") is True and marks.get("solution") is not True
            source = cell.get("source", "")
            source = source if isinstance(source, str) else "".join(source)
            if cell.get("cell_type") == "code" and not (is_test and _only_checks(source)):
                cells.append((index, source))
        return cells
    except nbformat.reader.NotJSONError:
        raise UnreadableError(
            f"{name} is not a notebook: its text is not JSON. Download it again from Jupyter "
            "with File > Download"
        ) from None
    except Exception as error:
        # JSON of any shape breaks a reader in many ways; all mean the same.
        raise UnreadableError(
            f"{name} is JSON but not a notebook ({type(error).__name__}: {str(error)[:100]})"
        ) from None


def _only_checks(source: str) -> bool:
    """Whether a cell does nothing but import and call `check`.

    Other code in a cell that is marked as a test is a student's, copied there or typed in.
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", "") == "check"
        )
        for node in statements
    )
