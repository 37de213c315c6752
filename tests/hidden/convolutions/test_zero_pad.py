"""Hidden checks of zero_pad."""

import pytest
from oracles import pad_loop

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("zero_pad")

# For checks that ask for more than right numbers, where the numbers are wrong already.
ELSEWHERE = "The numbers are wrong in a plain first call: look at the other checks first."


@pytest.mark.points(2)
def test_pad_of_zero(student, rng):
    """A pad of 0 leaves the images as they are

    Hint: Try pad = 0 by hand, and look at the slices that your code makes of it.
    """
    X = rng.integers(-40, 41, (2, 3, 5, 2)) / 4
    expect.close(student.zero_pad(X, 0), X, "zero_pad(X, 0)")


@pytest.mark.points(2)
def test_arguments_unchanged(student, rng):
    """The argument is left unchanged

    Hint: The caller's X must keep its numbers and its shape; build the result in a new array.
    """
    X = rng.integers(-40, 41, (2, 4, 3, 5)) / 4
    call = student.zero_pad.trace(X, 1)
    expect.close(call.value, pad_loop(X, 1), "zero_pad(X, 1)", hint=ELSEWHERE)
    expect.unchanged(call, ("X", "pad"))


@pytest.mark.points(2)
def test_second_call(student, rng):
    """A second call does not remember the first

    Hint: Nothing outside the function may keep numbers from one call to the next.
    """
    for time, hint in (("first", ELSEWHERE), ("second", "")):
        X = rng.integers(-40, 41, (3, 4, 5, 2)) / 4
        expect.close(student.zero_pad(X, 2), pad_loop(X, 2), f"The {time} result", hint=hint)
