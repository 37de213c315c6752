"""Collect and run checks: pytest functions with `student` and `rng`, points and a title.

The same check runs over the reference (the project's tests), over the student's function in
another process (the judge), and, if public, in the student's notebook. This engine runs the
last two; pytest itself runs the first.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import importlib.util
import inspect
import sys
import traceback
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import numpy as np

from coursekit.checks.expect import CheckFailed
from coursekit.grading import wire

VERDICTS = ("passed", "failed", "error", "timeout", "memory", "crashed", "skipped", "fault")
FIXTURES = {"student", "rng"}
MOST_LINES = 1000  # of a cell whose lines are named to students


@dataclass(frozen=True)
class Check:
    """One check: a function and what its marks and docstring say of it."""

    id: str
    exercise: str
    title: str
    points: float
    public: bool
    hint: str
    function: Callable


@dataclass(frozen=True)
class Result:
    """What a check found. `message` may be shown to anybody; `expected` and `got` may not,
    unless the check is public."""

    id: str
    exercise: str
    title: str
    public: bool
    verdict: str
    points: float
    max_points: float
    message: str = ""
    expected: str = ""
    got: str = ""
    hint: str = ""

    @property
    def passed(self) -> bool:
        return self.verdict == "passed"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Call(NamedTuple):
    """One call of a student's function: what it returned and what became of its arguments."""

    value: Any
    args: tuple
    kwargs: dict
    sent: tuple


class Student(Protocol):
    """What checks see of a student: attributes that are callable, with `.trace` and `.through`."""

    def __getattr__(self, exercise: str) -> StudentFunction: ...


class StudentFunction(Protocol):
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def trace(self, *args: Any, **kwargs: Any) -> Call: ...

    def through(self, probe: Callable, *args: Any) -> Any: ...


class StudentError(Exception):
    """The student's function could not be called or did not return; carries the verdict.

    `detail` is text that the student's code chose: with the inputs of a hidden check in it, it
    would carry them out, so that it is for the instructor there.
    """

    def __init__(self, verdict: str, message: str, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.verdict, self.message, self.hint, self.detail = verdict, message, hint, detail

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}: {self.detail}" if self.detail else self.message


class CheckError(Exception):
    """A check is written in a way that this engine cannot run: an author's mistake."""


# --- collecting -----------------------------------------------------------------------------


def public_checks(assignment: str) -> list[Check]:
    """The checks of an assignment that ship with the package."""
    module = importlib.import_module(f"coursekit.checks.{assignment.replace('-', '_')}")
    return collect(module, public=True)


def hidden_checks(folder: Path) -> list[Check]:
    """The checks in the `test_*.py` files of a folder outside the package, in order of name."""
    checks: list[Check] = []
    # Hidden modules share their oracles as plain modules beside the folder.
    if str(folder.parent) not in sys.path:
        sys.path.append(str(folder.parent))
    # On a full disk Python may leave half a compiled file, which nobody could import afterwards.
    as_before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        for path in sorted(folder.glob("test_*.py")):
            name = f"hidden_{folder.name.replace('-', '_')}_{path.stem}"
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            checks += collect(module, public=False)
    finally:
        sys.dont_write_bytecode = as_before
    return checks


def collect(module: ModuleType, *, public: bool) -> list[Check]:
    """The checks of a module: its `test_*` functions, in the order of their definition.

    Raises
    ------
    CheckError
        If a check lacks its points, its exercise or its title, or asks for an unknown fixture.
    """
    default = _marks(getattr(module, "pytestmark", []))
    checks = []
    for name, function in vars(module).items():
        if not name.startswith("test_") or not inspect.isfunction(function):
            continue
        if function.__module__ != module.__name__:
            continue
        marks = default | _marks(getattr(function, "pytestmark", []))
        title, _, rest = (inspect.getdoc(function) or "").partition("\n")
        hint = " ".join(rest.partition("Hint:")[2].split("\n\n")[0].split())
        where = f"{module.__name__}.{name}"
        if "points" not in marks or "exercise" not in marks or not title:
            raise CheckError(
                f"{where} needs @pytest.mark.points(n), @pytest.mark.exercise(name) and a "
                "docstring whose first line is its title"
            )
        unknown = set(inspect.signature(function).parameters) - FIXTURES
        if unknown:
            raise CheckError(f"{where} asks for {unknown}; checks get only {sorted(FIXTURES)}")
        checks.append(
            Check(
                id=("public" if public else "hidden") + f"/{marks['exercise']}/{name[5:]}",
                exercise=marks["exercise"],
                title=title.strip(),
                points=marks["points"],
                public=public,
                hint=hint,
                function=function,
            )
        )
    return checks


def _marks(marks: Any) -> dict[str, Any]:
    marks = marks if isinstance(marks, list | tuple) else [marks]
    return {mark.name: mark.args[0] for mark in marks if mark.args}


def points_by_exercise(checks: Iterable[Check]) -> dict[str, float]:
    """The sum of the points of each exercise, in the order of the checks."""
    points: dict[str, float] = {}
    for check in checks:
        points[check.exercise] = points.get(check.exercise, 0) + check.points
    return points


# --- running --------------------------------------------------------------------------------


def generator(seed: int, check_id: str) -> np.random.Generator:
    """A check's own stream of random numbers: the same whatever other checks run."""
    return np.random.default_rng([seed, zlib.crc32(check_id.encode())])


def run(check: Check, student: Student, seed: int) -> Result:
    """Run one check and say what it found; never raises what the check or student raised."""
    blank = Result(check.id, check.exercise, check.title, check.public, "fault", 0, check.points)
    fixtures = {"student": student, "rng": generator(seed, check.id)}
    wanted = inspect.signature(check.function).parameters
    try:
        check.function(**{name: fixtures[name] for name in wanted})
    except CheckFailed as failure:
        return replace(
            blank,
            verdict="failed",
            message=failure.message,
            expected=failure.expected,
            got=failure.got,
            hint=failure.hint or check.hint,
        )
    except StudentError as error:
        shown = {"message": str(error)}
        if not check.public:
            shown = {"message": error.message, "got": error.detail}
        return replace(blank, verdict=error.verdict, hint=error.hint, **shown)
    except Exception as error:
        # The check itself broke: the grader's fault, never a silent zero.
        place = traceback.extract_tb(error.__traceback__)[-1]
        return replace(
            blank,
            message="The check itself failed; this is the grader's fault, not yours.",
            got=f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})",
        )
    return replace(blank, verdict="passed", points=check.points)


# --- a student in this process --------------------------------------------------------------


class LocalStudent:
    """A student whose functions live in this process, for notebooks and for the project's tests.

    Values take the same way as across the line of trust: arguments are copied, and what comes
    back is written and read as plain data, so that a check sees the same here and there.
    """

    def __init__(self, functions: Mapping[str, Callable]) -> None:
        self._functions = functions

    def __getattr__(self, exercise: str) -> LocalFunction:
        return LocalFunction(exercise, self._functions.get(exercise))


class LocalFunction:
    def __init__(self, name: str, function: Callable | None) -> None:
        self._name, self._function = name, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.trace(*args, **kwargs).value

    def through(self, probe: Callable, *args: Any) -> Any:
        """What `probe(function, *args)` returns, run where the function lives."""
        function = self._function and functools.partial(probe, self._function)
        return LocalFunction(self._name, function)(*args)

    def trace(self, *args: Any, **kwargs: Any) -> Call:
        if self._function is None:
            raise StudentError("error", f"{self._name} is not defined.")
        copies, named = wire.decode(wire.encode([list(args), kwargs]))
        try:
            value = self._function(*copies, **named)
        except NotImplementedError:
            raise StudentError(*not_written(self._name)) from None
        except MemoryError:
            raise StudentError("memory", f"{self._name} ran out of memory.") from None
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno or 0 for frame in frames if frame.name == self._name]
            told = raised(self._name, type(error).__name__, str(error), (lines or [0])[-1])
            raise StudentError(*told) from error
        try:
            value, after, named = wire.decode(wire.encode([value, copies, named]))
        except wire.WireError as error:
            raise StudentError("error", f"{self._name}: {error}.") from None
        return Call(value, tuple(after), named, args)


def not_written(name: str) -> tuple[str, str, str]:
    """Verdict, message and hint for a stub."""
    return "error", f"{name} is not written yet: it raises NotImplementedError.", ""


def raised(name: str, kind: str, text: str, line: int) -> tuple[str, str, str, str]:
    """Verdict, message, hint and detail for an exception out of a student's function."""
    # Code can say that it is in any line; a number this small carries little.
    place = f", in line {line} of its cell" if 0 < line < MOST_LINES else ""
    # The name of a class that students made is text of their choice, too.
    told = kind if hasattr(builtins, kind) else "an exception of its own"
    detail = text[:300] if told == kind else f"{kind}: {text[:300]}"
    return "error", f"{name} raised {told}{place}.", exception_hint(kind, text), detail


# The exceptions that beginners meet most, by type and words of the message.
_EXCEPTION_HINTS = (
    ("TypeError", "only 0-dimensional arrays can be converted",
     "float() takes a scalar, not a one-element array: take the element out by its index."),
    ("ValueError", "setting an array element with a sequence",
     "One slot of an array holds one number: take the element out of the one-element array."),
    ("TypeError", "only length-1 arrays can be converted",
     "An array stands where one number is needed."),
    ("ValueError", "could not be broadcast together",
     "Two shapes do not match: print them just before this line."),
    ("ValueError", "could not broadcast input array",
     "What is stored has another shape than its place: print both."),
    ("IndexError", "out of bounds",
     "An index runs past the end: compare the loop's range with the array's shape."),
    ("TypeError", "cannot be interpreted as an integer",
     "Sizes are integers: use // or int(...) where a size is computed."),
    ("NameError", "is not defined",
     "A name is used before it is set, or is misspelt; restart the kernel and run all cells."),
    ("TypeError", "required positional argument",
     "Keep the signature of the stub, with its default values."),
    ("TypeError", "unexpected keyword argument", "Keep the names of the stub's parameters."),
    ("ValueError", "No gradients provided for any variable",
     "No gradient of the cost arrived at the variable: compute the cost while the tape listens, "
     "from the variable itself."),
    ("ValueError", "Unknown variable",
     "The optimizer trains the variable that was handed in: apply the gradient to that one."),
    ("TypeError", "to a TensorFlow DType",
     "A tape takes the gradient of a tensor: was the cost made a plain number?"),
    ("RecursionError", "", "The function calls itself without an end."),
)  # fmt: skip


def exception_hint(type_name: str, message: str) -> str:
    """The likeliest cause of an exception, or nothing."""
    for name, words, hint in _EXCEPTION_HINTS:
        if name == type_name and words in message:
            return hint
    return ""
