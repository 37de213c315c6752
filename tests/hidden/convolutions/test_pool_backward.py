"""Hidden checks of pool_backward; the caches are built here, and windows have a tied maximum only
where the check is about that."""

import numpy as np
import pytest
from pool_oracles import distinct, output_size, pool_gradient_loop

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("pool_backward")


def problem(rng, shape, f, stride, *, low=1.0, high=9.0):
    """dA and a cache for inputs of `shape`; the numbers of dA are distinct and never zero."""
    A_prev = distinct(rng, *shape, low=low, high=high)
    n_H, n_W = (output_size(n, f, stride) for n in shape[1:3])
    dA = distinct(rng, shape[0], n_H, n_W, shape[3], low=2.5, high=7.0)
    return dA, (A_prev, {"f": f, "stride": stride})


def wanted(dA, cache, mode):
    A_prev, hparameters = cache
    return pool_gradient_loop(dA, A_prev, hparameters["f"], hparameters["stride"], mode)


@pytest.mark.points(2)
def test_average_over_overlapping_windows(student, rng):
    """In average mode overlapping windows add up

    Hint: A pixel has its share of every window that covers it; how many numbers does one window
    average?
    """
    for n, f, stride in ((7, 3, 2), (6, 4, 1), (5, 3, 1)):
        dA, cache = problem(rng, (1, n, n, 1), f, stride)
        want = wanted(dA, cache, "average")
        count = wanted(np.ones(dA.shape), cache, "average") * f**2
        last = np.zeros(want.shape)
        for _, h, w, _ in np.ndindex(dA.shape):
            y, x = h * stride, w * stride
            last[0, y : y + f, x : x + f, 0] = dA[0, h, w, 0] / f**2
        expect.close(
            student.pool_backward(dA, cache, mode="average"),
            want,
            "dA_prev",
            suspects={
                "The last window over a pixel overwrites the others.": last,
                "Each pixel has the mean over the windows that cover it, not their sum.": (
                    want / count
                ),
                "Every pixel has the whole gradient of its window, not a share.": want * f**2,
                "The share seems to be 1 / f.": want * f,
                "The share seems to be made from the stride.": want * f**2 / stride**2,
            },
        )


@pytest.mark.points(1)
def test_pixels_that_no_window_covers(student, rng):
    """Pixels that no window covers are part of dA_prev

    Hint: If the other checks pass: dA_prev has the shape of A_prev, also where the last rows and
    columns, or the gaps between windows, were never looked at.
    """
    both = ("max", "average")
    # Averages with stride = f only: other strides are another check's matter.
    layers = [(5, 2, 2, both), (7, 3, 3, both)]
    layers += [(n, f, stride, ("max",)) for n, f, stride in ((6, 2, 3), (5, 1, 2), (3, 2, 4))]
    for n, f, stride, modes in layers:
        dA, cache = problem(rng, (1, n, n, 1), f, stride)
        for mode in modes:
            want = wanted(dA, cache, mode)
            used = (dA.shape[1] - 1) * stride + f
            expect.close(
                student.pool_backward(dA, cache, mode=mode),
                want,
                "dA_prev",
                suspects={
                    "The rows and columns that no window covers are missing.": (
                        want[:, :used, :used]
                    )
                },
            )


@pytest.mark.points(1)
def test_height_and_width_differ(student, rng):
    """Height and width may differ

    Hint: If the other checks pass, look for one size that is used for rows and for columns.
    """
    for shape in ((1, 4, 8, 1), (1, 6, 2, 1)):
        dA, cache = problem(rng, shape, 2, 2)
        for mode in ("max", "average"):
            expect.close(
                student.pool_backward(dA, cache, mode=mode), wanted(dA, cache, mode), "dA_prev"
            )


@pytest.mark.points(2)
def test_images_and_channels_stay_apart(student, rng):
    """Every image and every channel has its own maxima

    Hint: If the other checks pass: the place of a maximum belongs to one window, one image and one
    channel.
    """
    dA, cache = problem(rng, (3, 4, 4, 2), 2, 2)
    A_prev = cache[0]
    for mode in ("max", "average"):
        want = wanted(dA, cache, mode)
        first_image = (np.broadcast_to(A_prev[:1], A_prev.shape), cache[1])
        first_channel = (np.broadcast_to(A_prev[..., :1], A_prev.shape), cache[1])
        expect.close(
            student.pool_backward(dA, cache, mode=mode),
            want,
            "dA_prev",
            suspects={
                "Only the first image has a gradient.": (
                    want * np.array([1, 0, 0]).reshape(3, 1, 1, 1)
                ),
                "The gradient is divided by the number of images.": want / 3,
                "The maxima of the first image are used for every image.": (
                    wanted(dA, first_image, mode)
                ),
                "The maxima of the first channel are used for every channel.": (
                    wanted(dA, first_channel, mode)
                ),
                "Only one channel of each window has a gradient: the maximum seems to be taken "
                "over all channels.": want * largest(A_prev, axis=3),
                "Only one image of each window has a gradient: the maximum seems to be taken "
                "over all images.": want * largest(A_prev, axis=0),
            },
        )


def largest(A_prev, axis=None):
    """Where a number is the largest of its 2 by 2 block and, if one is given, along `axis`."""
    m, n_H, n_W, n_C = A_prev.shape
    blocks = A_prev.reshape(m, n_H // 2, 2, n_W // 2, 2, n_C)
    top = blocks.max(axis=(2, 4), keepdims=True)
    if axis is not None:
        top = top.max(axis={0: 0, 3: 5}[axis], keepdims=True)
    return (blocks == top).reshape(A_prev.shape)


@pytest.mark.points(1)
def test_negative_inputs(student, rng):
    """Windows of negative numbers, or of equal ones, have a maximum too

    Hint: What does your maximum start from, and can an input lie below that? And what becomes of
    the gradient of a window in which several numbers are the largest?
    """
    dA, cache = problem(rng, (1, 4, 4, 1), 2, 2, low=-9.0, high=-1.0)
    smallest = (-cache[0], cache[1])
    expect.close(
        student.pool_backward(dA, cache, mode="max"),
        wanted(dA, cache, "max"),
        "dA_prev",
        suspects={
            "No pixel has a gradient, and all inputs are below zero: something larger than all "
            "of them took part in the comparison.": np.zeros(cache[0].shape),
            "The gradient went to the number farthest from zero.": wanted(dA, smallest, "max"),
        },
    )
    # Most windows of these have several largest numbers, as a ReLU leaves them.
    dA, _ = problem(rng, (1, 6, 6, 1), 2, 2)
    A_prev = rng.integers(0, 2, (1, 6, 6, 1)).astype(float)
    result = student.pool_backward(dA, (A_prev, {"f": 2, "stride": 2}), mode="max")
    result = expect.array(result, "dA_prev", A_prev.shape)
    # One of equals may have it all, or each of them, or all their share.
    sent = dA.repeat(2, axis=1).repeat(2, axis=2)
    allowed = np.where(largest(A_prev), np.clip(result, 0, sent), 0)
    expect.close(result, allowed, "dA_prev where several numbers are the largest")
    arrived = result.reshape(3, 2, 3, 2).sum(axis=(1, 3))
    expect.true(
        np.all(arrived > 0.999 * dA[0, :, :, 0]),
        "dA_prev where several numbers are the largest: some of the gradient is lost.",
    )


@pytest.mark.points(1)
def test_arguments_stay_as_they_were(student, rng):
    """dA and everything in the cache are left unchanged

    Hint: Look for assignments into A_prev or dA, and for anything that takes items out of
    hparameters.
    """
    for mode in ("max", "average"):
        dA, cache = problem(rng, (1, 4, 4, 1), 2, 2)
        call = student.pool_backward.trace(dA, cache, mode=mode)
        # Doing nothing at all changes nothing either, and earns nothing.
        expect.array(call.value, "dA_prev", cache[0].shape)
        # The items of the cache one by one, so that the message can name the one that changed.
        after = expect.items(call.args[1], 2, "cache")
        call = call._replace(args=(call.args[0], *after), sent=(dA, *cache))
        expect.unchanged(call, ("dA", "A_prev", "hparameters"))


@pytest.mark.points(1)
def test_calls_do_not_depend_on_each_other(student, rng):
    """A second call knows nothing of the first

    Hint: Look for arrays that live outside the function and collect from call to call.
    """
    first, second = (problem(rng, (1, 6, 6, 1), 2, 2) for _ in range(2))
    expect.array(student.pool_backward(*first, mode="max"), "dA_prev")
    want = wanted(*second, "max")
    expect.close(
        student.pool_backward(*second, mode="max"),
        want,
        "Second dA_prev",
        suspects={
            "The gradients of both calls were added up.": wanted(*first, "max") + want,
            "The result of the first call came again.": wanted(*first, "max"),
        },
    )
