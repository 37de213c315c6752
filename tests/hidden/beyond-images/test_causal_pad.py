"""Hidden checks of causal_pad."""

import numpy as np
import pytest
from dimension_oracles import zeros_in_front

from coursekit.checks import expect, probes

pytestmark = pytest.mark.exercise("causal_pad")

# For checks that ask for more than right numbers, where the numbers are wrong already.
ELSEWHERE = "The numbers are wrong in a plain first call: look at the other checks first."


def draw(rng, shape):
    """Signals in quarters, none of whose samples is 0; float32 holds them, half floats do not."""
    return (rng.integers(2048, 9999, shape) * 2 + 1) * rng.choice([-0.25, 0.25], shape)


@pytest.mark.points(1)
def test_filters_of_any_length(student, rng):
    """Filters of any length, also longer than the signal, and any number of signals and channels

    Hint: Take every size from the arguments. A second call must not remember the first.
    """
    for shape, f in (
        ((3, 9, 5), 4),
        ((1, 6, 1), 2),
        ((2, 3, 4), 8),
        ((2, 1, 2), 5),
        ((3, 9, 5), 4),
    ):
        X = draw(rng, shape)
        expect.close(student.causal_pad(X, f), zeros_in_front(X, f), f"causal_pad(X, {f})")


@pytest.mark.points(1)
def test_filter_of_one(student, rng):
    """A filter of one sample needs no zeros

    Hint: If the other checks pass: what does your code do where f - 1 is 0?
    """
    X = draw(rng, (2, 5, 3))
    expect.close(student.causal_pad(X, 1), X, "causal_pad(X, 1)")


@pytest.mark.points(1)
def test_array_of_its_own(student, rng):
    """The argument is left unchanged, and the result is an array of its own

    Hint: Whoever writes into the result must not write into the caller's signals. A slice of an
    array is a view of it.
    """
    for f in (3, 1):
        X = draw(rng, (2, 6, 2)).astype(np.float32)
        call = student.causal_pad.trace(X, f)
        if f > 1:  # A filter of one sample has a check of its own.
            expect.close(call.value, zeros_in_front(X, f), f"causal_pad(X, {f})", hint=ELSEWHERE)
        expect.unchanged(call, ("X", "f"))
        shared = student.causal_pad.through(probes.shared, X, f)
        in_argument, in_second = expect.items(shared, 2, "The function")
        expect.true(
            in_argument is False,
            f"With f = {f} the result lies in the caller's own array: a new one is asked for.",
        )
        expect.true(
            in_second is False,
            f"With f = {f} two calls return one and the same array: a new one is asked for.",
            "An array that is kept from call to call holds what the last call wrote: whoever still "
            "has the first result sees it change.",
        )
