"""Hidden checks of conv_forward.

Each looks at one kind of layer and stays out of the others' way: only `test_sizes_by_floor`
has windows that do not fit, only `test_any_pad` has a pad that is not half the filter.
"""

import numpy as np
import pytest
from oracles import correlate_loop

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("conv_forward")

# For checks that ask for more than right numbers, where the numbers are wrong already.
ELSEWHERE = "The numbers are wrong in a plain first call: look at the other checks first."


def draw(rng, m, n_H_prev, n_W_prev, n_C_prev, f, n_C, dtype=float):
    """A batch, filters and biases in quarters: float32 adds them up without rounding."""
    A_prev = rng.integers(-16, 17, (m, n_H_prev, n_W_prev, n_C_prev)) / 4
    W = rng.integers(-16, 17, (f, f, n_C_prev, n_C)) / 4
    b = (rng.permutation(n_C) + 1.25).reshape(1, 1, 1, n_C)
    return A_prev.astype(dtype), W.astype(dtype), b.astype(dtype)


def compare(student, A_prev, W, b, stride, pad, suspects=None, hint=""):
    """`Z` agrees with the plain loop."""
    want = correlate_loop(A_prev, W, b, stride, pad)
    value = student.conv_forward(A_prev, W, b, {"stride": stride, "pad": pad})
    Z, _ = expect.items(value, 2, "conv_forward")
    _, n_H_prev, n_W_prev, _ = A_prev.shape
    size = f"{n_H_prev} by {n_W_prev} image, f = {W.shape[0]}"
    name = f"Z ({size}, stride = {stride}, pad = {pad})"
    expect.close(Z, want, name, suspects=suspects, hint=hint)


@pytest.mark.points(4)
def test_layers_of_many_shapes(student, rng):
    """Layers of many shapes: small and large filters, few and many channels, one image or several

    Hint: Take every size from the arguments: no number of the examples may stay in the code.
    """
    compare(student, *draw(rng, 2, 8, 6, 3, 2, 4), stride=2, pad=0)
    compare(student, *draw(rng, 3, 8, 11, 2, 4, 3), stride=3, pad=1)
    compare(student, *draw(rng, 2, 9, 5, 4, 5, 2, dtype=np.float32), stride=2, pad=2)
    # As many channels as layers have that are not the first.
    compare(student, *draw(rng, 2, 6, 7, 20, 3, 2), stride=1, pad=1)
    compare(student, *draw(rng, 2, 5, 7, 16, 3, 3), stride=2, pad=1)
    compare(student, *draw(rng, 1, 4, 7, 16, 2, 3), stride=1, pad=0)
    # Such channels where rows are hardly longer than a filter; more channels than a row has pixels.
    compare(student, *draw(rng, 1, 5, 4, 16, 3, 2), stride=1, pad=0)
    compare(student, *draw(rng, 1, 4, 5, 6, 2, 2), stride=1, pad=0)
    # The numbers of a picture: results go far beyond its range of 0 to 255.
    _, W, b = draw(rng, 2, 7, 5, 1, 3, 2)
    A_prev = rng.integers(0, 256, (2, 7, 5, 1)).astype(float)
    compare(student, A_prev, W, b, stride=1, pad=1)


@pytest.mark.points(3)
def test_sizes_by_floor(student, rng):
    """Windows that do not fit are left out

    Hint: Rows and columns that are left over at the bottom or the right are not used.
    """
    for shape, stride, pad in (
        ((2, 6, 9, 2, 3, 2), 2, 0),
        ((1, 7, 8, 3, 3, 2), 3, 1),
        ((2, 8, 6, 1, 3, 3), 3, 0),
    ):
        A_prev, W, b = draw(rng, *shape)
        longer = np.pad(A_prev, ((0, 0), (0, stride - 1), (0, stride - 1), (0, 0)))
        suspects = {
            "A window sticks out at the bottom or at the right.": (
                correlate_loop(longer, W, b, stride, pad)
            )
        }
        compare(student, A_prev, W, b, stride, pad, suspects)


@pytest.mark.points(2)
def test_filters_of_size_one(student, rng):
    """Filters of size 1 mix channels, and keep to the stride

    Hint: A 1 by 1 filter is a filter like any other; it needs no code of its own.
    """
    for n_C_prev in (4, 18):
        compare(student, *draw(rng, 2, 5, 4, n_C_prev, 1, 2), stride=1, pad=0)
        A_prev, W, b = draw(rng, 2, 7, 5, n_C_prev, 1, 3)
        suspects = {"The stride is not used here.": correlate_loop(A_prev, W, b, 1, 0)}
        compare(student, A_prev, W, b, 2, 0, suspects)
    compare(student, *draw(rng, 1, 4, 2, 18, 1, 2), stride=1, pad=0)


@pytest.mark.points(2)
def test_filter_as_large_as_the_image(student, rng):
    """Where a filter has a single place, one row, one column or one number is left

    Hint: An axis of length one is still an axis of Z.
    """
    compare(student, *draw(rng, 2, 5, 5, 3, 5, 4), stride=1, pad=0)
    compare(student, *draw(rng, 3, 3, 6, 2, 3, 2), stride=1, pad=0)
    compare(student, *draw(rng, 3, 7, 3, 2, 3, 2), stride=1, pad=0)
    compare(student, *draw(rng, 2, 12, 1, 1, 1, 2), stride=1, pad=0)
    # The second place would lie outside the image.
    compare(student, *draw(rng, 2, 3, 3, 2, 3, 2), stride=4, pad=0)


@pytest.mark.points(3)
def test_any_pad(student, rng):
    """Pads that are smaller or larger than half the filter

    Hint: The pad is a number of rows and columns, whatever the size of the filter.
    """
    for shape, stride, pad in (
        ((2, 4, 6, 2, 3, 3), 1, 2),
        ((1, 5, 7, 2, 5, 2), 1, 1),
        ((2, 5, 3, 1, 3, 2), 2, 3),
        # The filter is larger than the image, and fits into the padded one.
        ((2, 1, 4, 2, 9, 2), 1, 5),
        ((1, 3, 1, 1, 9, 2), 1, 5),
    ):
        A_prev, W, b = draw(rng, *shape)
        half = (W.shape[0] - 1) // 2
        suspects = {
            "The pad was taken for a switch: it says how many rows and columns.": (
                correlate_loop(A_prev, W, b, stride, half)
            ),
        }
        compare(student, A_prev, W, b, stride, pad, suspects)


@pytest.mark.points(2)
def test_arguments_unchanged(student, rng):
    """The arguments are left unchanged

    Hint: Without padding, a window may be a piece of the caller's own array.
    """
    names = ("A_prev", "W", "b", "hparameters")
    for pad, shape in ((0, (2, 5, 4, 2)), (1, (1, 4, 5, 2))):
        A_prev, W, b = draw(rng, *shape, 3, 2)
        call = student.conv_forward.trace(A_prev, W, b, {"stride": 1, "pad": pad})
        Z, _ = expect.items(call.value, 2, "conv_forward")
        expect.close(Z, correlate_loop(A_prev, W, b, 1, pad), f"Z (pad = {pad})", hint=ELSEWHERE)
        expect.unchanged(call, names)


@pytest.mark.points(2)
def test_second_call(student, rng):
    """A second call does not remember the first

    Hint: Nothing outside the function may keep numbers from one call to the next.
    """
    for hint in (ELSEWHERE, ""):
        compare(student, *draw(rng, 2, 4, 5, 3, 3, 2), stride=1, pad=0, hint=hint)
