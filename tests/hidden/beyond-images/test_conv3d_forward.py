"""Hidden checks of conv3d_forward, on small volumes: five loops in Python take a while.

Each looks at one kind of layer and stays out of the others' way, as those of conv1d_forward do.
"""

import numpy as np
import pytest
from dimension_oracles import correlate_loop

from coursekit.checks import expect
from coursekit.checks.beyond_images import forward

pytestmark = pytest.mark.exercise("conv3d_forward")

# For checks that ask for more than right numbers, where the numbers are wrong already.
ELSEWHERE = "The numbers are wrong in a plain first call: look at the other checks first."


def draw(rng, m, spatial, n_C_prev, f, n_C, dtype=float):
    """A batch, filters and biases in quarters: float32 adds them up without rounding."""
    A_prev = rng.integers(-16, 17, (m, *spatial, n_C_prev)) / 4
    W = rng.integers(-16, 17, (f, f, f, n_C_prev, n_C)) / 4
    b = (rng.permutation(n_C) + 1.25).reshape(1, 1, 1, 1, n_C)
    return A_prev.astype(dtype), W.astype(dtype), b.astype(dtype)


def compare(student, A_prev, W, b, stride, pad, suspects=None):
    """`Z` agrees with the plain loop."""
    Z, _ = forward(student.conv3d_forward, A_prev, W, b, stride, pad)
    size = " by ".join(map(str, A_prev.shape[1:4]))
    name = f"Z ({size} voxels, f = {W.shape[0]}, stride = {stride}, pad = {pad})"
    expect.close(Z, correlate_loop(A_prev, W, b, stride, pad), name, suspects=suspects)


@pytest.mark.points(3)
def test_layers_of_many_shapes(student, rng):
    """Layers of many shapes: small and large filters, few and many channels, one volume or several

    Hint: Take every size from the arguments: no number of the examples may stay in the code, and
    nothing of an earlier call.
    """
    compare(student, *draw(rng, 2, (6, 2, 4), 2, 2, 3), stride=2, pad=0)
    compare(student, *draw(rng, 1, (3, 5, 7), 1, 3, 2, dtype=np.float32), stride=2, pad=1)
    compare(student, *draw(rng, 4, (4, 1, 7), 3, 1, 2), stride=3, pad=0)
    compare(student, *draw(rng, 1, (5, 4, 6), 1, 4, 2), stride=1, pad=0)
    # As many channels as layers have that are not the first.
    for _ in range(2):
        compare(student, *draw(rng, 2, (3, 4, 5), 18, 2, 2), stride=1, pad=0)
    compare(student, *draw(rng, 1, (4, 5, 6), 16, 3, 2), stride=1, pad=0)
    compare(student, *draw(rng, 1, (2, 4, 2), 16, 2, 1), stride=2, pad=1)
    for spatial, stride in (((4, 4, 7), 1), ((4, 4, 7), 3), ((3, 1, 2), 1)):
        compare(student, *draw(rng, 1, spatial, 16, 1, 1), stride=stride, pad=0)
    # A dict has no first entry: the same layer, with its settings in another order.
    A_prev, W, b = draw(rng, 1, (2, 4, 6), 1, 2, 2)
    value = student.conv3d_forward(A_prev, W, b, {"pad": 1, "stride": 2})
    Z, _ = expect.items(value, 2, "The function")
    by_order = "Take the settings by their names: which one stands first in a dict says nothing."
    expect.close(
        Z,
        correlate_loop(A_prev, W, b, 2, 1),
        "Z (stride = 2, pad = 1)",
        suspects={by_order: correlate_loop(A_prev, W, b, 1, 2)},
    )


@pytest.mark.points(2)
def test_windows_that_do_not_fit(student, rng):
    """Windows that do not fit are left out, along each of the three axes

    Hint: Rows, columns and slices that are left over at the end are not used.
    """
    for axis in range(3):
        spatial = [5, 5, 5]
        spatial[axis] = 6
        A_prev, W, b = draw(rng, 1, spatial, 1, 3, 2)
        longer = np.pad(A_prev, ((0, 0), (0, 1), (0, 1), (0, 1), (0, 0)))
        sticks_out = "A window sticks out at the end of an axis."
        compare(student, A_prev, W, b, 2, 0, {sticks_out: correlate_loop(longer, W, b, 2, 0)})


@pytest.mark.points(2)
def test_any_pad_and_a_single_place(student, rng):
    """Any width of the border, and volumes in which a filter has a single place along an axis

    Hint: The pad is a number of voxels, whatever the side of the filter; and an axis of length one
    is still an axis of Z.
    """
    compare(student, *draw(rng, 1, (2, 3, 1), 2, 3, 2), stride=1, pad=2)
    compare(student, *draw(rng, 2, (3, 4, 5), 2, 3, 2), stride=1, pad=0)
    compare(student, *draw(rng, 2, (5, 3, 3), 1, 3, 2), stride=2, pad=0)
    compare(student, *draw(rng, 1, (4, 2, 2), 16, 2, 1), stride=1, pad=0)
    compare(student, *draw(rng, 1, (3, 5, 4), 1, 5, 2), stride=1, pad=1)
    # Larger than the volume, and not than the padded one.
    compare(student, *draw(rng, 1, (1, 2, 1), 1, 7, 1), stride=1, pad=3)
    # So many zeros that some windows hold nothing else: their sum is the bias.
    compare(student, *draw(rng, 1, (2, 1, 3), 2, 1, 2), stride=1, pad=2)
    compare(student, *draw(rng, 2, (1, 2, 2), 1, 2, 3), stride=1, pad=3)


@pytest.mark.points(1)
def test_arguments_unchanged(student, rng):
    """The arguments are left unchanged

    Hint: Without padding, a window may be a piece of the caller's own array.
    """
    for pad in (0, 1):
        arguments = (*draw(rng, 1, (3, 4, 2), 2, 2, 2), {"stride": 1, "pad": pad})
        call = student.conv3d_forward.trace(*arguments)
        Z, _ = expect.items(call.value, 2, "The function")
        expect.close(Z, correlate_loop(*arguments[:3], 1, pad), f"Z (pad = {pad})", hint=ELSEWHERE)
        expect.unchanged(call, ("A_prev", "W", "b", "hparameters"))
