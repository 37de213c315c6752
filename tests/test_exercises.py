"""The registry, stubs and `use`."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import coursekit
from coursekit import exercises
from coursekit.exercises import ASSIGNMENTS, exercise, exercises_of, find, stub

EVERY = [entry for assignment in ASSIGNMENTS for entry in exercises_of(assignment)]


def test_import_loads_nothing_heavy() -> None:
    heavy = {"tensorflow", "matplotlib", "scipy", "nbgrader", "IPython", "pytest", "sklearn"}
    code = f"import sys, coursekit; print(sorted(set(sys.modules) & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_assignment_has_its_exercises_in_order() -> None:
    names = [entry.name for entry in exercises_of("convolutions")]
    assert names == [
        "zero_pad",
        "conv_single_step",
        "conv_forward",
        "pool_forward",
        "conv_backward",
        "pool_backward",
    ]


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.name)
def test_stub_compiles_and_says_which_assignment(entry: exercises.Exercise) -> None:
    source = stub(entry)
    assert "@exercise" not in source
    assert "Write your solution here" in source
    namespace: dict = {}
    exec(compile(source, "stub", "exec"), namespace)
    function = namespace[entry.name]
    assert function.__doc__.strip() == entry.function.__doc__.strip()
    parameters = function.__code__.co_argcount
    with pytest.raises(NotImplementedError, match=entry.assignment):
        function(*[None] * parameters)


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.name)
def test_stub_keeps_names_and_defaults(entry: exercises.Exercise) -> None:
    namespace: dict = {}
    exec(stub(entry), namespace)
    function = namespace[entry.name]
    assert (
        function.__code__.co_varnames[: function.__code__.co_argcount]
        == (entry.function.__code__.co_varnames[: entry.function.__code__.co_argcount])
    )
    assert function.__defaults__ == entry.function.__defaults__


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.name)
def test_docstring_is_complete(entry: exercises.Exercise) -> None:
    for section in ("Parameters\n", "Returns\n", "ValueError", "Source:"):
        assert section in entry.function.__doc__


def test_stub_keeps_backslashes_of_a_docstring() -> None:
    @exercise("convolutions")
    def with_backslash(x: np.ndarray) -> np.ndarray:
        r"""Uses \alpha and \n as they stand."""
        return x

    try:
        namespace: dict = {}
        exec(stub(find("with_backslash")), namespace)
        assert namespace["with_backslash"].__doc__ == r"Uses \alpha and \n as they stand."
    finally:
        del exercises._registry["with_backslash"]


def test_use_makes_the_library_run_on_it_and_the_block_ends_it() -> None:
    from coursekit import convolution

    def zero_pad(X: np.ndarray, pad: int) -> str:
        return "mine"

    with coursekit.use(zero_pad):
        assert convolution.zero_pad(np.zeros((1, 2, 2, 1)), 1) == "mine"
    assert convolution.zero_pad(np.zeros((1, 2, 2, 1)), 1).shape == (1, 4, 4, 1)


def test_use_takes_a_name_with_my_in_front_and_a_name_of_its_own() -> None:
    def my_zero_pad(X: np.ndarray, pad: int) -> None:
        return None

    entry = find("zero_pad")
    with coursekit.use(my_zero_pad):
        assert entry.active is my_zero_pad
    with coursekit.use(lambda X, pad: None, exercise="zero_pad"):
        assert entry.active is not entry.function
    assert entry.active is entry.function


def test_use_of_the_packages_own_function_is_the_reference() -> None:
    from coursekit import convolution

    with coursekit.use(convolution.zero_pad):
        assert find("zero_pad").active is find("zero_pad").function
        assert convolution.zero_pad(np.zeros((1, 2, 2, 1)), 1).shape == (1, 4, 4, 1)


def test_use_says_what_is_wrong() -> None:
    def zero_padding() -> None: ...

    with pytest.raises(KeyError, match=r"no exercise 'zero_padding'; there are: zero_pad"):
        coursekit.use(zero_padding)
    with pytest.raises(TypeError, match="takes a function, not int"):
        coursekit.use(3)


def test_names_are_unique_in_the_course() -> None:
    def zero_pad() -> None:
        """Another of that name."""

    with pytest.raises(ValueError, match="defined twice"):
        exercise("convolutions")(zero_pad)


def test_exercise_needs_a_docstring() -> None:
    with pytest.raises(ValueError, match="has no docstring"):
        exercise("convolutions")(lambda x: x)


def test_unknown_assignment_lists_those_that_there_are() -> None:
    with pytest.raises(KeyError, match="there are: convolutions"):
        exercises_of("convolution")
