"""Hidden checks of conv1d_forward.

Each looks at one kind of layer and stays out of the others' way: only one has windows that do not
fit, only one a pad that is not half the filter.
"""

import numpy as np
import pytest
from dimension_oracles import correlate_loop

from coursekit.checks import expect
from coursekit.checks.beyond_images import forward

pytestmark = pytest.mark.exercise("conv1d_forward")

# For checks that ask for more than right numbers, where the numbers are wrong already.
ELSEWHERE = "The numbers are wrong in a plain first call: look at the other checks first."


def draw(rng, m, n_prev, n_C_prev, f, n_C, dtype=float):
    """A batch, filters and biases in quarters: float32 adds them up without rounding."""
    A_prev, W = (
        rng.integers(-16, 17, shape) / 4 for shape in ((m, n_prev, n_C_prev), (f, n_C_prev, n_C))
    )
    b = (rng.permutation(n_C) + 1.25).reshape(1, 1, n_C)
    return A_prev.astype(dtype), W.astype(dtype), b.astype(dtype)


def compare(student, A_prev, W, b, stride, pad, suspects=None):
    """`Z` agrees with the plain loop."""
    Z, _ = forward(student.conv1d_forward, A_prev, W, b, stride, pad)
    name = f"Z ({A_prev.shape[1]} samples, f = {W.shape[0]}, stride = {stride}, pad = {pad})"
    expect.close(Z, correlate_loop(A_prev, W, b, stride, pad), name, suspects=suspects)


@pytest.mark.points(3)
def test_layers_of_many_shapes(student, rng):
    """Layers of many shapes: short and long filters, few and many channels, one signal or several

    Hint: Take every size from the arguments: no number of the examples may stay in the code, and
    nothing of an earlier call.
    """
    compare(student, *draw(rng, 2, 12, 3, 4, 5), stride=2, pad=0)
    compare(student, *draw(rng, 1, 11, 2, 5, 3), stride=2, pad=2)
    compare(student, *draw(rng, 4, 9, 1, 1, 3, dtype=np.float32), stride=4, pad=0)
    compare(student, *draw(rng, 1, 40, 1, 25, 2), stride=5, pad=0)
    # As many channels as layers have that are not the first.
    for _ in range(2):
        compare(student, *draw(rng, 2, 10, 20, 3, 2), stride=1, pad=1)
    compare(student, *draw(rng, 2, 9, 16, 3, 2), stride=2, pad=1)
    for stride in (1, 2):
        compare(student, *draw(rng, 1, 7, 16, 1, 3), stride=stride, pad=0)
    # A dict has no first entry: the same layer, with its settings in another order.
    A_prev, W, b = draw(rng, 2, 9, 2, 3, 2)
    value = student.conv1d_forward(A_prev, W, b, {"pad": 1, "stride": 2})
    Z, _ = expect.items(value, 2, "The function")
    by_order = "Take the settings by their names: which one stands first in a dict says nothing."
    expect.close(
        Z,
        correlate_loop(A_prev, W, b, 2, 1),
        "Z (stride = 2, pad = 1)",
        suspects={by_order: correlate_loop(A_prev, W, b, 1, 2)},
    )


@pytest.mark.points(1)
def test_windows_that_do_not_fit(student, rng):
    """Windows that do not fit are left out

    Hint: Samples that are left over at the end are not used.
    """
    for shape, stride, pad in (
        ((2, 8, 2, 3, 3), 2, 0),
        ((1, 9, 1, 5, 2), 3, 2),
        ((1, 12, 3, 3, 1), 5, 0),
    ):
        A_prev, W, b = draw(rng, *shape)
        longer = np.pad(A_prev, ((0, 0), (0, stride - 1), (0, 0)))
        sticks_out = "A window sticks out at the end."
        compare(
            student,
            A_prev,
            W,
            b,
            stride,
            pad,
            {sticks_out: correlate_loop(longer, W, b, stride, pad)},
        )


@pytest.mark.points(2)
def test_any_pad_and_a_single_place(student, rng):
    """Any number of zeros, and signals on which a filter has a single place

    Hint: The pad is a number of zeros, whatever the length of the filter; and an axis of length one
    is still an axis of Z.
    """
    compare(student, *draw(rng, 2, 6, 2, 3, 3), stride=1, pad=2)
    compare(student, *draw(rng, 1, 7, 2, 5, 2), stride=1, pad=1)
    compare(student, *draw(rng, 2, 5, 3, 5, 2), stride=1, pad=0)
    compare(student, *draw(rng, 1, 3, 1, 3, 1), stride=4, pad=0)
    # Longer than the signal, and not than the padded one.
    compare(student, *draw(rng, 2, 1, 2, 9, 2), stride=1, pad=4)
    # So many zeros that some windows hold nothing else: their sum is the bias.
    compare(student, *draw(rng, 1, 4, 2, 1, 2), stride=1, pad=2)
    compare(student, *draw(rng, 2, 5, 1, 2, 3), stride=1, pad=3)


@pytest.mark.points(1)
def test_arguments_unchanged(student, rng):
    """The arguments are left unchanged

    Hint: Without padding, a window may be a piece of the caller's own array.
    """
    for pad in (0, 1):
        arguments = (*draw(rng, 2, 6, 2, 3, 2), {"stride": 1, "pad": pad})
        call = student.conv1d_forward.trace(*arguments)
        Z, _ = expect.items(call.value, 2, "The function")
        expect.close(Z, correlate_loop(*arguments[:3], 1, pad), f"Z (pad = {pad})", hint=ELSEWHERE)
        expect.unchanged(call, ("A_prev", "W", "b", "hparameters"))
