"""Hidden checks of conv_backward; the caches are built here, not by the student's forward pass.

Each check varies one thing and keeps the rest at its simplest: one image, one channel, square,
stride 1.
"""

import numpy as np
import pytest
from pool_oracles import (
    conv_bias_gradient,
    conv_filter_gradient,
    conv_input_gradient,
    conv_problem,
)

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("conv_backward")

# Sums of many products in float32 are off by a little more than one rounding.
ROUNDING = {"atol": 1e-5}


def gradients(student, dZ, cache):
    """The three values of one call."""
    return expect.items(student.conv_backward(dZ, cache), 3, "conv_backward")


def wanted(dZ, cache):
    """dA_prev, dW and db by the oracles."""
    A_prev, W, _, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    return (
        conv_input_gradient(dZ, W, A_prev.shape, stride, pad),
        conv_filter_gradient(dZ, A_prev, W.shape[0], stride, pad),
        conv_bias_gradient(dZ),
    )


@pytest.mark.points(2)
def test_stride_of_two_with_overlap(student, rng):
    """Both gradients follow a stride of 2, with windows that overlap

    Hint: The window of dZ[i, h, w, c] is the one that the forward pass used for Z[i, h, w, c].
    """
    dZ, cache = conv_problem(rng, size=(7, 7), f=3, stride=2, pad=1)
    A_prev, W, _, _ = cache
    dA_prev, dW, _ = gradients(student, dZ, cache)
    want_A, want_W, _ = wanted(dZ, cache)
    expect.close(
        dA_prev,
        want_A,
        "dA_prev",
        suspects={
            "The stride seems to be missing in dA_prev: windows one apart.": (
                conv_input_gradient(dZ, W, A_prev.shape, 1, 1)
            )
        },
        **ROUNDING,
    )
    expect.close(
        dW,
        want_W,
        "dW",
        suspects={
            "The stride seems to be missing in dW: windows one apart.": (
                conv_filter_gradient(dZ, A_prev, 3, 1, 1)
            )
        },
        **ROUNDING,
    )


@pytest.mark.points(2)
def test_pixels_that_no_window_covers(student, rng):
    """Pixels that no window covers are part of dA_prev

    Hint: If the other checks pass: with this stride the last rows and columns are left over in the
    forward pass. dA_prev has the shape of A_prev all the same: what slope belongs to a pixel that
    nothing used?
    """
    # The last layer has a single window: the next would start outside the image.
    for n, f, stride, pad in ((6, 2, 3, 0), (8, 3, 3, 0), (6, 3, 2, 0), (4, 3, 5, 0)):
        dZ, cache = conv_problem(rng, size=(n, n), f=f, stride=stride, pad=pad)
        dA_prev, _, _ = gradients(student, dZ, cache)
        want, _, _ = wanted(dZ, cache)
        used = [(dZ.shape[axis] - 1) * stride + f - pad for axis in (1, 2)]
        expect.close(
            dA_prev,
            want,
            "dA_prev",
            suspects={
                "The rows and columns that no window covers are missing.": (
                    want[:, : used[0], : used[1]]
                ),
                "The windows seem to be lined up with the last row and column, not the first.": (
                    conv_input_gradient(
                        dZ[:, ::-1, ::-1], cache[1][::-1, ::-1], want.shape, stride, pad
                    )[:, ::-1, ::-1]
                ),
            },
            **ROUNDING,
        )


@pytest.mark.points(2)
def test_batch_of_several_images(student, rng):
    """Every image has its own gradient, and the filters collect from all of them

    Hint: If the other checks pass: the cost is a sum over the images of what came in dZ; is
    anything restarted, averaged or overwritten on the way from one image to the next?
    """
    dZ, cache = conv_problem(rng, m=3, size=(4, 4))
    dA_prev, dW, db = gradients(student, dZ, cache)
    want_A, want_W, want_b = wanted(dZ, cache)
    A_prev = cache[0]
    mean = "It is the mean over the images where their sum is asked for."
    expect.close(
        dA_prev,
        want_A,
        "dA_prev",
        suspects={
            mean: want_A / 3,
            "Only the first image has a gradient.": (
                want_A * np.array([1, 0, 0]).reshape(3, 1, 1, 1)
            ),
            "Every image has the gradient of the first.": np.broadcast_to(want_A[:1], want_A.shape),
        },
        **ROUNDING,
    )
    expect.close(
        dW,
        want_W,
        "dW",
        suspects={
            mean: want_W / 3,
            "Only the last image counts: something starts anew with each image.": (
                conv_filter_gradient(dZ[2:], A_prev[2:], 3, 1, 1)
            ),
            "Only the first image counts.": conv_filter_gradient(dZ[:1], A_prev[:1], 3, 1, 1),
        },
        **ROUNDING,
    )
    expect.close(db, want_b, "db", suspects={mean: want_b / 3}, **ROUNDING)


@pytest.mark.points(2)
def test_several_channels_and_filters(student, rng):
    """Gradients go to the right channel and the right filter

    Hint: If the other checks pass: every filter sees all channels of the input, so a pixel hears
    from every filter, and each weight belongs to one channel and one filter.
    """
    dZ, cache = conv_problem(rng, size=(4, 4), channels=2, filters=3)
    dA_prev, dW, db = gradients(student, dZ, cache)
    want_A, want_W, want_b = wanted(dZ, cache)
    A_prev, W = cache[:2]
    alone = [
        conv_input_gradient(dZ[..., c : c + 1], W[..., c : c + 1], A_prev.shape, 1, 1)
        for c in range(3)
    ]
    expect.close(
        dA_prev,
        want_A,
        "dA_prev",
        suspects={
            "Only the first filter counts in dA_prev.": alone[0],
            "Only the last filter counts in dA_prev: the others were overwritten.": alone[2],
            "dA_prev is the mean over the filters, not their sum.": want_A / 3,
            "All channels have the same gradient: the channels were added up.": np.broadcast_to(
                want_A.sum(axis=3, keepdims=True), want_A.shape
            ),
        },
        **ROUNDING,
    )
    expect.close(
        dW,
        want_W,
        "dW",
        suspects={
            "All channels have the same gradient: the channels were added up.": np.broadcast_to(
                want_W.sum(axis=2, keepdims=True), want_W.shape
            )
        },
        **ROUNDING,
    )
    expect.close(
        db,
        want_b,
        "db",
        suspects={
            "Every filter has the same gradient: the filters were added up.": np.full(
                want_b.shape, want_b.sum()
            )
        },
        **ROUNDING,
    )
    # Any layer of a network: several images, and more channels than a picture has.
    for channels in (2, 6):
        dZ, cache = conv_problem(rng, m=2, size=(4, 4), channels=channels, filters=3)
        for value, want, name in zip(
            gradients(student, dZ, cache), wanted(dZ, cache), ("dA_prev", "dW", "db"), strict=True
        ):
            expect.close(value, want, f"{name} of two images with {channels} channels", **ROUNDING)


@pytest.mark.points(1)
def test_height_and_width_differ(student, rng):
    """Height and width may differ

    Hint: If the other checks pass, look for one size that is used for rows and for columns.
    """
    for size in ((4, 7), (6, 3), (80, 1)):
        dZ, cache = conv_problem(rng, size=size)
        for value, want, name in zip(
            gradients(student, dZ, cache), wanted(dZ, cache), ("dA_prev", "dW", "db"), strict=True
        ):
            expect.close(value, want, name, **ROUNDING)


@pytest.mark.points(1)
def test_padding_as_wide_as_the_filter(student, rng):
    """The padding may be as wide as the filter, or wider

    Hint: Some windows see nothing but zeros then, and the filter may be larger than the image.
    Windows that lie in the padding add nothing to dA_prev, and must not shift the others.
    """
    for n, f, pad in ((4, 1, 1), (3, 2, 2), (5, 2, 3), (1, 7, 3)):
        dZ, cache = conv_problem(rng, size=(n, n), f=f, pad=pad)
        for value, want, name in zip(
            gradients(student, dZ, cache), wanted(dZ, cache), ("dA_prev", "dW", "db"), strict=True
        ):
            expect.close(value, want, name, **ROUNDING)


@pytest.mark.points(1)
def test_arguments_stay_as_they_were(student, rng):
    """dZ and everything in the cache are left unchanged

    Hint: Look for assignments into A_prev, W, b or dZ, for -=, *= and /=, and for anything that
    takes items out of hparameters.
    """
    # A batch, so that dividing by the number of images shows.
    dZ, cache = conv_problem(rng, m=2, size=(4, 4))
    call = student.conv_backward.trace(dZ, cache)
    # Doing nothing at all changes nothing either, and earns nothing.
    dA_prev, dW, _ = expect.items(call.value, 3, "conv_backward")
    expect.array(dA_prev, "dA_prev", cache[0].shape)
    expect.array(dW, "dW", cache[1].shape)
    # The items of the cache one by one, so that the message can name the one that changed.
    after = expect.items(call.args[1], 4, "cache")
    call = call._replace(args=(call.args[0], *after), sent=(dZ, *cache))
    expect.unchanged(call, ("dZ", "A_prev", "W", "b", "hparameters"))


@pytest.mark.points(1)
def test_calls_do_not_depend_on_each_other(student, rng):
    """A second call knows nothing of the first

    Hint: Look for arrays that live outside the function and collect from call to call.
    """
    first, second = (conv_problem(rng, size=(3, 3)) for _ in range(2))
    once = gradients(student, *first)
    names = ("dA_prev", "dW", "db")
    for value, name in zip(once, names, strict=True):
        expect.array(value, name)
    for value, before, want, name in zip(
        gradients(student, *second), wanted(*first), wanted(*second), names, strict=True
    ):
        expect.close(
            value,
            want,
            f"Second {name}",
            suspects={"The gradients of both calls were added up.": before + want},
            **ROUNDING,
        )
