"""Exercises: the functions that students write, each registered once beside its reference.

An exercise is an ordinary function under `@exercise("assignment")`. The decorator hands back
a dispatcher with the same signature and docstring: the library calls exercises by their public
names, so that `use(my_function)` makes all of it run on the student's own code.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

# Where the exercises of an assignment are defined; importing the module registers them.
ASSIGNMENTS: dict[str, tuple[str, ...]] = {
    "convolutions": ("coursekit.convolution",),
    "faces": ("coursekit.faces.recognition",),
    "style-transfer": ("coursekit.style.costs",),
    "beyond-images": ("coursekit.convolution",),
}


@dataclass
class Exercise:
    """A function that students write.

    Attributes
    ----------
    name : str
        The function's own name, unique in the course.
    assignment : str
        The assignment it belongs to.
    function : callable
        The function as the package defines it: the reference in the instructor edition,
        a stub in the student edition.
    active : callable
        What the library runs now: `function`, or what `use` put in its place.
    """

    name: str
    assignment: str
    function: Callable
    active: Callable = field(repr=False)

    @property
    def module(self) -> str:
        """The module that defines it, as an import statement names it."""
        return self.function.__module__


_registry: dict[str, Exercise] = {}


def exercise(assignment: str) -> Callable[[Callable], Callable]:
    """Register a function as an exercise of `assignment`, under its own name.

    Raises
    ------
    ValueError
        If another module has registered an exercise of the same name, or it has no docstring.
    """

    def register(function: Callable) -> Callable:
        if not function.__doc__:
            raise ValueError(
                f"exercise {function.__name__!r} has no docstring; it is all that students get"
            )
        known = _registry.get(function.__name__)
        if known is not None and known.module != function.__module__:
            raise ValueError(
                f"exercise {function.__name__!r} is defined twice, in {known.module} and in "
                f"{function.__module__}; names of exercises are unique in the course"
            )
        entry = Exercise(function.__name__, assignment, function, function)
        _registry[entry.name] = entry

        @functools.wraps(function)
        def dispatch(*args, **kwargs):
            return entry.active(*args, **kwargs)

        return dispatch

    return register


def _load(assignment: str) -> None:
    for module in ASSIGNMENTS[assignment]:
        importlib.import_module(module)


def exercises_of(assignment: str) -> list[Exercise]:
    """The exercises of an assignment in the order of their definition.

    Raises
    ------
    KeyError
        If there is no such assignment; the message lists those that there are.
    """
    if assignment not in ASSIGNMENTS:
        raise KeyError(f"no assignment {assignment!r}; there are: {', '.join(ASSIGNMENTS)}")
    _load(assignment)
    return [entry for entry in _registry.values() if entry.assignment == assignment]


def find(name: str) -> Exercise:
    """The exercise called `name`.

    Raises
    ------
    KeyError
        If there is no such exercise; the message lists those that there are.
    """
    if name not in _registry:
        for assignment in ASSIGNMENTS:
            _load(assignment)
    if name not in _registry:
        raise KeyError(f"no exercise {name!r}; there are: {', '.join(_registry)}")
    return _registry[name]


def meant_by(function: Callable, name: str | None = None) -> Exercise:
    """The exercise that somebody's function stands for: `name`, or by the function's own name
    without `my_` in front. Raises as `find` does."""
    return find(name or getattr(function, "__name__", "").removeprefix("my_"))


def own(name: str) -> Callable | None:
    """What `use` has put in place of an exercise; None where nothing has been put.

    For code of the library that has a faster way of its own, and gives way to the student's.
    Raises as `find` does.
    """
    entry = find(name)
    return None if entry.active is entry.function else entry.active


def stub(entry: Exercise) -> str:
    """The source that a student starts from: signature and docstring, and a line to replace.

    Parameters
    ----------
    entry : Exercise

    Returns
    -------
    str
        Source code of a function that compiles and raises `NotImplementedError` with the name
        of the assignment. Annotations are left out: students need no imports to start.
    """
    source = textwrap.dedent(inspect.getsource(entry.function))
    (node,) = ast.parse(source).body
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    # The docstring as it stands in the source: its quotes and escapes stay right.
    docstring = source.splitlines()[node.body[0].lineno - 1 : node.body[0].end_lineno]
    return "\n".join(
        [
            f"def {node.name}({ast.unparse(node.args)}):",
            *docstring,
            "    # Write your solution here, in place of the next line.",
            f"    {unwritten(entry.name, entry.assignment)}",
        ]
    )


def unwritten(name: str, assignment: str) -> str:
    """The statement that stands in for the body of an exercise."""
    return f'raise NotImplementedError("{name} is still to be written: assignment {assignment}")'


class _Use:
    """What `use` returns: leave it alone, or use it as a context manager to switch back."""

    def __init__(self, entry: Exercise, previous: Callable) -> None:
        self._entry, self._previous = entry, previous

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_) -> None:
        self._entry.active = self._previous

    def __repr__(self) -> str:
        return f"coursekit now runs on your {self._entry.name}"


def use(function: Callable, exercise: str | None = None) -> _Use:
    """Make the library run on your own function in place of the package's, for this session.

    Parameters
    ----------
    function : callable
        Your function. Its name says which exercise it stands for; `my_` in front is ignored.
    exercise : str, optional
        The exercise's name, where the function is called otherwise.

    Returns
    -------
    object
        Usable as a context manager: at the end of the `with` block the old function is back.

    Raises
    ------
    TypeError
        If `function` cannot be called.
    KeyError
        If no exercise has that name.

    Examples
    --------
    >>> use(my_conv_forward)            # from now on            # doctest: +SKIP
    >>> with use(my_conv_forward): ...  # in this block only     # doctest: +SKIP
    """
    if not callable(function):
        raise TypeError(f"use() takes a function, not {type(function).__name__}")
    entry = meant_by(function, exercise)
    if getattr(function, "__wrapped__", None) is entry.function:
        function = entry.function  # the package's own name would call itself for ever
    previous, entry.active = entry.active, function
    return _Use(entry, previous)
