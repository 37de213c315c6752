"""Hidden checks of conv_single_step."""

import pytest
from oracles import step_loop

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("conv_single_step")

# For checks that ask for more than right numbers, where the numbers are wrong already.
ELSEWHERE = "The numbers are wrong in a plain first call: look at the other checks first."


def draw(rng, f, n_C_prev):
    """A window, a filter and a bias in quarters: float32 adds them up without rounding."""
    shape = (f, f, n_C_prev)
    window, W, b = (rng.integers(-16, 17, size) / 4 for size in (shape, shape, (1, 1, 1)))
    return window, W, b


@pytest.mark.points(2)
def test_sizes(student, rng):
    """Windows of every size: 1 by 1, even, large, one channel or many

    Hint: Take the sizes of the window from its shape.
    """
    for f, n_C_prev in ((1, 5), (2, 6), (4, 1), (5, 2)):
        window, W, b = draw(rng, f, n_C_prev)
        name = f"The result for f = {f} and n_C_prev = {n_C_prev}"
        expect.scalar(student.conv_single_step(window, W, b), step_loop(window, W, b), name)


@pytest.mark.points(2)
def test_arguments_unchanged(student, rng):
    """The arguments are left unchanged

    Hint: The products and their sum belong in arrays of their own.
    """
    window, W, b = draw(rng, 3, 2)
    call = student.conv_single_step.trace(window, W, b + 10)
    expect.scalar(call.value, step_loop(window, W, b + 10), "The result", hint=ELSEWHERE)
    expect.unchanged(call, ("a_slice_prev", "W", "b"))


@pytest.mark.points(2)
def test_second_call(student, rng):
    """A second call does not remember the first

    Hint: Nothing outside the function may keep numbers from one call to the next.
    """
    for time, hint in (("first", ELSEWHERE), ("second", "")):
        window, W, b = draw(rng, 3, 5)
        result = student.conv_single_step(window, W, b)
        expect.scalar(result, step_loop(window, W, b), f"The {time} result", hint=hint)
