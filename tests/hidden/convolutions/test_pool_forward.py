"""Hidden checks of pool_forward, each about one thing, on inputs where nothing else matters."""

import numpy as np
import pytest
from pool_oracles import distinct, pool_loop

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("pool_forward")


def pooled(student, A_prev, f, stride, mode):
    """The first of the two values of one call."""
    value = student.pool_forward(A_prev, {"f": f, "stride": stride}, mode=mode)
    return expect.items(value, 2, "pool_forward")[0]


@pytest.mark.points(2)
def test_last_rows_without_a_whole_window(student, rng):
    """A window that does not fit whole is left out

    Hint: Count the windows that lie wholly inside the input, and compare the output size with it.
    """
    # Of the last two, the one has large windows, the other a single one.
    for n, f, stride in ((6, 3, 2), (7, 2, 3), (8, 3, 3), (9, 4, 3), (3, 2, 5)):
        A_prev = distinct(rng, 1, n, n, 1)
        # What a result rounded up holds: the cut-off windows give the maximum of what is left.
        wide = np.pad(A_prev, ((0, 0), (0, f), (0, f), (0, 0)))
        up = -(-(n - f) // stride) + 1
        expect.close(
            pooled(student, A_prev, f, stride, "max"),
            pool_loop(A_prev, f, stride, "max"),
            "A",
            suspects={
                "The output size seems to be rounded up where the formula takes the floor.": (
                    pool_loop(wide, f, stride, "max")[:, :up, :up]
                )
            },
        )


@pytest.mark.points(1)
def test_height_and_width_differ(student, rng):
    """Height and width may differ

    Hint: If the other checks pass: the number of rows of A comes from the height, the number of
    columns from the width. Look for a size that is used for both.
    """
    # Windows that fit without a rest: what becomes of a rest is another check's matter.
    for shape, f, stride in (((1, 4, 8, 1), 2, 2), ((1, 6, 2, 1), 2, 2)):
        A_prev = distinct(rng, *shape)
        for mode in ("max", "average"):
            expect.close(
                pooled(student, A_prev, f, stride, mode),
                pool_loop(A_prev, f, stride, mode),
                "A",
            )


@pytest.mark.points(2)
def test_images_and_channels_stay_apart(student, rng):
    """Every image and every channel is pooled by itself

    Hint: If the other checks pass: a window covers rows and columns only; it belongs to one image
    and one channel.
    """
    A_prev = distinct(rng, 3, 4, 4, 2)
    for mode in ("max", "average"):
        want = pool_loop(A_prev, 2, 2, mode)
        over = np.max if mode == "max" else np.mean
        expect.close(
            pooled(student, A_prev, 2, 2, mode),
            want,
            "A",
            suspects={
                "Every channel has the same numbers: the window seems to take in all channels.": (
                    np.broadcast_to(over(want, axis=3, keepdims=True), want.shape)
                ),
                "Every image has the same numbers: the window seems to take in all images.": (
                    np.broadcast_to(over(want, axis=0, keepdims=True), want.shape)
                ),
                "Every image has the numbers of the first: look at the index of the image.": (
                    np.broadcast_to(want[:1], want.shape)
                ),
                "Every channel has the numbers of the first: look at the index of the channel.": (
                    np.broadcast_to(want[..., :1], want.shape)
                ),
                "Images after the first hold zeros: is the loop over the images complete?": (
                    want * np.array([1, 0, 0]).reshape(3, 1, 1, 1)
                ),
                "Only one image came back of a batch of three.": want[:1],
            },
        )


@pytest.mark.points(1)
def test_negative_inputs(student, rng):
    """The maximum of negative numbers is negative

    Hint: What does your maximum start from, and can an input lie below that?
    """
    A_prev = distinct(rng, 1, 5, 5, 1, low=-9.0, high=-1.0)
    want = pool_loop(A_prev, 3, 2, "max")
    expect.close(
        pooled(student, A_prev, 3, 2, "max"),
        want,
        "A",
        suspects={
            "All inputs are below zero, and the result is zero: something larger than all of "
            "them took part in the comparison.": np.zeros(want.shape),
            "The signs are gone: the largest of the absolute values came back.": (
                pool_loop(-A_prev, 3, 2, "max")
            ),
            "The number farthest from zero came back.": -pool_loop(-A_prev, 3, 2, "max"),
        },
    )


@pytest.mark.points(1)
def test_average_of_other_windows(student, rng):
    """The average is right for any size of window and any stride

    Hint: How many numbers does one window hold? The stride plays no part in that.
    """
    for n, f, stride in ((7, 3, 2), (6, 2, 4), (5, 3, 1), (7, 5, 2), (4, 1, 3)):
        A_prev = distinct(rng, 1, n, n, 1)
        want = pool_loop(A_prev, f, stride, "average")
        expect.close(
            pooled(student, A_prev, f, stride, "average"),
            want,
            "A",
            suspects={
                "These are sums: something is left to divide by.": want * f**2,
                "The sum seems to be divided by 4, which fits windows of 2 by 2 only.": (
                    want * f**2 / 4
                ),
                "The sum seems to be divided by f.": want * f,
                "The sum seems to be divided by a number made from the stride.": (
                    want * f**2 / stride**2
                ),
            },
        )


@pytest.mark.points(1)
def test_arguments_stay_as_they_were(student, rng):
    """A_prev and hparameters are left unchanged

    Hint: Work on a copy where you need room, and take nothing out of the dictionary.
    """
    for mode in ("max", "average"):
        A_prev = distinct(rng, 1, 4, 4, 1)
        call = student.pool_forward.trace(A_prev, {"f": 2, "stride": 2}, mode=mode)
        # Doing nothing at all changes nothing either, and earns nothing.
        A, _ = expect.items(call.value, 2, "pool_forward")
        expect.array(A, "A", (1, 2, 2, 1))
        expect.unchanged(call, ("A_prev", "hparameters"))


@pytest.mark.points(1)
def test_calls_do_not_depend_on_each_other(student, rng):
    """A second call knows nothing of the first

    Hint: Look for arrays or dictionaries that live outside the function.
    """
    first, second = distinct(rng, 1, 6, 6, 1), distinct(rng, 1, 6, 6, 1)
    pooled(student, first, 2, 2, "max")
    expect.close(
        pooled(student, second, 2, 2, "max"),
        pool_loop(second, 2, 2, "max"),
        "Second A",
        suspects={"The result of the first call came again.": pool_loop(first, 2, 2, "max")},
    )
