"""Public checks of the assignment "convolutions".

They ship with the student's package: small inputs, worked numbers of the chapters, and filters
whose result can be read off the input. None of them holds a solution to copy.
"""

import numpy as np
import pytest

from coursekit.checks import expect

# --- zero_pad, conv_single_step, conv_forward

# The chapters' worked example: an image, the filter for vertical edges, and what it finds,
# without padding and with a pad of 1.
_IMAGE = np.array(
    [
        [3, 0, 1, 2, 7, 4],
        [1, 5, 8, 9, 3, 1],
        [2, 7, 2, 5, 1, 3],
        [0, 1, 3, 1, 7, 8],
        [4, 2, 1, 6, 2, 8],
        [2, 4, 5, 2, 3, 9],
    ],
    dtype=float,
)
_VERTICAL = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]], dtype=float)
_EDGES = np.array(
    [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]], dtype=float
)
_HORIZONTAL_EDGES = np.array(
    [[-7, -11, 2, 4], [10, 17, 9, -3], [4, 5, -1, -7], [-7, -6, 1, 2]], dtype=float
)
_EDGES_PADDED = np.array(
    [
        [-5, -5, -6, -1, 6, 10],
        [-12, -5, -4, 0, 8, 11],
        [-13, -10, -2, 2, 3, 11],
        [-10, 0, -2, -4, -7, 10],
        [-7, -3, -2, -3, -16, 12],
        [-6, 0, -2, 1, -9, 5],
    ],
    dtype=float,
)

# The worked example of the strides: 7 rows by 5 columns, and the sum at every place.
_TALL_IMAGE = np.array(
    [
        [2, 3, 7, 4, 6],
        [6, 6, 9, 8, 7],
        [3, 4, 8, 3, 8],
        [7, 8, 3, 6, 6],
        [4, 2, 1, 8, 3],
        [3, 2, 4, 1, 9],
        [0, 1, 3, 9, 2],
    ],
    dtype=float,
)
_WEIGHTS = np.array([[3, 4, 4], [1, 0, 2], [-1, 0, 3]], dtype=float)
_EVERY_SUM = np.array(
    [[91, 80, 100], [99, 106, 126], [69, 98, 91], [80, 79, 87], [44, 72, 72]], dtype=float
)


def _quarters(rng, shape, low=1, high=9):
    """Random multiples of 1/4, so that float32 adds them up without rounding."""
    return rng.integers(low, high, shape) / 4


def _layer(rng, image, weights, m, n_C_prev, n_C):
    """A batch and filters in which every channel is a multiple of one image, of one filter.

    Returns `A_prev`, `W` and the two arrays of factors: what a filter finds in an image is
    what `weights` finds in `image`, as often as the factors of their channels say.
    """
    k, q = _quarters(rng, (m, n_C_prev)), _quarters(rng, (n_C_prev, n_C))
    return _times(image, k), np.multiply.outer(weights, q), k, q


def _times(sums, factors):
    """One map of `sums` for each image and channel, multiplied by its factor."""
    return np.ascontiguousarray(np.multiply.outer(factors, sums).transpose(0, 2, 3, 1))


def _forward(student, A_prev, W, b, stride, pad):
    """`Z` and `cache` as they came."""
    value = student.conv_forward(A_prev, W, b, {"stride": stride, "pad": pad})
    return expect.items(value, 2, "conv_forward")


def _signs(sums, b=0):
    """Suspects that turn or lose the signs of what the filter for vertical edges finds."""
    return {
        "The filter is flipped: conv_forward multiplies it as it stands.": b - sums,
        "The negative numbers became 0: there is no ReLU in this layer.": np.maximum(sums + b, 0),
        "The signs are lost.": np.abs(sums + b),
    }


@pytest.mark.exercise("zero_pad")
@pytest.mark.points(2)
def test_zero_pad_shape(student, rng):
    """Height and width grow, the batch and the channels do not

    Hint: Zeros belong at the top and at the bottom, at the left and at the right.
    """
    X = rng.standard_normal((2, 4, 6, 3))
    expect.array(student.zero_pad(X, 2), "zero_pad(X, 2)", (2, 8, 10, 3))


@pytest.mark.exercise("zero_pad")
@pytest.mark.points(2)
def test_zero_pad_frame(student, rng):
    """Each image sits in the middle of a frame of zeros

    Hint: Look at one image and one channel of the result, result[0, :, :, 0].
    """
    image = np.array([[1, 2, 3], [4, 5, 6]])
    framed = np.array([[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]])
    edge = np.array([[1, 1, 2, 3, 3], [1, 1, 2, 3, 3], [4, 4, 5, 6, 6], [4, 4, 5, 6, 6]])
    factors = _quarters(rng, (3, 2))
    want = _times(framed, factors)
    expect.close(
        student.zero_pad(_times(image, factors), 1),
        want,
        "zero_pad(X, 1)",
        suspects={
            "The frame repeats the border of the image; it should be zeros.": _times(edge, factors),
            "The frame is made of ones.": want + (framed == 0)[:, :, np.newaxis],
            "The zeros are all at the bottom and the right: the image belongs in the middle.": (
                np.roll(want, (-1, -1), axis=(1, 2))
            ),
            "Only the first image was padded; the rest of the result stayed zero.": (
                want * np.array([1, 0, 0]).reshape(3, 1, 1, 1)
            ),
        },
    )


@pytest.mark.exercise("conv_single_step")
@pytest.mark.points(2)
def test_single_step_worked_example(student):
    """One step of the worked example gives one number

    Hint: Multiply number by number, then add everything up.
    """
    window, W = _IMAGE[:3, :3, np.newaxis], _VERTICAL[:, :, np.newaxis]
    expect.scalar(
        student.conv_single_step(window, W, np.zeros((1, 1, 1))),
        -5,
        "conv_single_step(a_slice_prev, W, b)",
        suspects={
            "The sign is turned: is the filter flipped, or an absolute value taken?": 5,
            "The filter's rows and columns changed places.": -7,
            "This is the mean of the products, not their sum.": -5 / 9,
            "A ReLU, a matrix product or a product of two sums gives 0 here.": 0,
        },
    )


@pytest.mark.exercise("conv_single_step")
@pytest.mark.points(2)
def test_single_step_channels_and_bias(student, rng):
    """All channels count, and the bias is added once

    Hint: The sum runs over rows, columns and channels; the bias comes after it.
    """
    # Each channel of the filter has a single weight: the sum has four terms.
    window = (rng.permutation(36) + 1.0).reshape(3, 3, 4) / 4
    W, weights = np.zeros((3, 3, 4)), _quarters(rng, 4)
    places = [(0, 1), (2, 0), (1, 2), (0, 0)]
    terms = []
    for c, (i, j) in enumerate(places):
        W[i, j, c] = weights[c]
        terms.append(window[i, j, c] * weights[c])
    b, total = _quarters(rng, (1, 1, 1), 8, 16), sum(terms)
    bias = float(b[0, 0, 0])
    expect.scalar(
        student.conv_single_step(window, W, b),
        total + bias,
        "conv_single_step(a_slice_prev, W, b)",
        suspects={
            "The bias is missing.": total,
            "The bias is subtracted.": total - bias,
            "The bias was added to every product: add it once, after the sum.": total + 36 * bias,
            "The bias was added once for every channel.": total + 4 * bias,
            "Only the first channel was counted.": terms[0] + bias,
            "This is the mean of the products, not their sum.": total / 36 + bias,
        },
    )


@pytest.mark.exercise("conv_forward")
@pytest.mark.points(2)
def test_forward_worked_example(student):
    """The worked example: one image, one filter, vertical edges

    Hint: The window of output row h and column w starts there, and is as large as the filter.
    """
    A_prev, W = _IMAGE.reshape(1, 6, 6, 1), _VERTICAL.reshape(3, 3, 1, 1)
    Z, _ = _forward(student, A_prev, W, np.zeros((1, 1, 1, 1)), 1, 0)
    want = _EDGES.reshape(1, 4, 4, 1)
    expect.close(
        Z,
        want,
        "Z",
        suspects={
            **_signs(want),
            "The filter's rows and columns changed places.": _HORIZONTAL_EDGES.reshape(want.shape),
            "These are the means of the products, not their sums.": want / 9,
            "The last window of each row and column is missing.": want[:, :3, :3],
        },
    )


@pytest.mark.exercise("conv_forward")
@pytest.mark.points(2)
def test_forward_images_channels_filters(student, rng):
    """Every image meets every filter, in all channels

    Hint: A filter is a volume: its sum runs over all channels of the input.
    """
    A_prev, W, k, q = _layer(rng, _IMAGE, _VERTICAL, m=2, n_C_prev=3, n_C=4)
    Z, _ = _forward(student, A_prev, W, np.zeros((1, 1, 1, 4)), 1, 0)
    want = _times(_EDGES, k @ q)
    expect.close(
        Z,
        want,
        "Z",
        suspects={
            "Only the first channel of the input was counted.": _times(_EDGES, k[:, :1] @ q[:1]),
            "Only the first image was computed.": want * np.array([1, 0]).reshape(2, 1, 1, 1),
            "Every image gave the result of the first one.": want[[0, 0]],
            "Every filter gave the result of the first one.": want[..., [0, 0, 0, 0]],
            "The last axis holds the channels, one for each filter; here it comes earlier.": (
                want.transpose(0, 3, 1, 2)
            ),
            **_signs(want),
        },
    )


@pytest.mark.exercise("conv_forward")
@pytest.mark.points(2)
def test_forward_bias(student, rng):
    """Each filter has its own bias, added once

    Hint: The bias of filter c is one number, added to each of that filter's sums.
    """
    A_prev, W, k, q = _layer(rng, _IMAGE[:, :5], _VERTICAL, m=1, n_C_prev=2, n_C=3)
    b = _quarters(rng, (1, 1, 1, 3), 8, 16) * np.array([1, -1, 2])
    Z, _ = _forward(student, A_prev, W, b, 1, 0)
    sums = _times(_EDGES[:, :3], k @ q)
    expect.close(
        Z,
        sums + b,
        "Z",
        suspects={
            "The bias is missing.": sums,
            "The bias is subtracted.": sums - b,
            "Every filter got the bias of the first one.": sums + b[..., :1],
            "The bias was added once for every channel of the input.": sums + 2 * b,
            "The bias was added to every product: add it once, after the sum.": sums + 18 * b,
            **_signs(sums, b),
        },
    )


@pytest.mark.exercise("conv_forward")
@pytest.mark.points(2)
def test_forward_stride(student, rng):
    """A stride of 2 moves the window two rows down and two columns across

    Hint: The window of output row h starts at h times the stride, and so for the columns. The
    image is not square here: height and width each have their own size.
    """
    A_prev, W, k, q = _layer(rng, _TALL_IMAGE, _WEIGHTS, m=2, n_C_prev=2, n_C=3)
    Z, _ = _forward(student, A_prev, W, np.zeros((1, 1, 1, 3)), 2, 0)
    every = _times(_EVERY_SUM, k @ q)
    expect.close(
        Z,
        every[:, ::2, ::2],
        "Z",
        suspects={
            "The window moves by the stride going down, but one by one going across.": (
                every[:, ::2, :2]
            ),
            "The window moves by the stride going across, but one by one going down.": (
                every[:, :3, ::2]
            ),
            "The output has the right size, but the window moves one by one.": every[:, :3, :2],
            "The stride is not used.": every,
            "Height and width changed places.": every[:, ::2, ::2].transpose(0, 2, 1, 3),
            "The last window of each row and column is missing.": every[:, :4:2, :2:2],
        },
    )


@pytest.mark.exercise("conv_forward")
@pytest.mark.points(2)
def test_forward_pad(student, rng):
    """A pad of 1 keeps the size of the image under a 3 by 3 filter

    Hint: Pad first, one row or column of zeros on every side, then move the window over the
    padded image.
    """
    A_prev, W, k, q = _layer(rng, _IMAGE, _VERTICAL, m=2, n_C_prev=1, n_C=2)
    Z, _ = _forward(student, A_prev, W, np.zeros((1, 1, 1, 2)), 1, 1)
    want = _times(_EDGES_PADDED, k @ q)
    inner = want[:, 1:-1, 1:-1]
    output_padded, at_the_end = np.zeros_like(want), np.zeros_like(want)
    output_padded[:, 1:-1, 1:-1] = at_the_end[:, :4, :4] = inner
    expect.close(
        Z,
        want,
        "Z",
        suspects={
            "The pad is not used.": inner,
            "Only the height was padded.": want[:, :, 1:-1],
            "Only the width was padded.": want[:, 1:-1],
            "The output was padded, not the input.": output_padded,
            "The size counts the pad, but the window moves over the unpadded image.": at_the_end,
            **_signs(want),
        },
    )


@pytest.mark.exercise("conv_forward")
@pytest.mark.points(2)
def test_forward_cache(student, rng):
    """The cache holds the four arguments in their order

    Hint: Later on, conv_backward reads A_prev, W, b and hparameters from it, just as they came.
    """
    A_prev, W = rng.standard_normal((2, 5, 7, 2)), rng.standard_normal((3, 3, 2, 2))
    b = rng.standard_normal((1, 1, 1, 2))
    _, cache = _forward(student, A_prev, W, b, 2, 1)
    inputs, weights, bias, hparameters = expect.items(cache, 4, "cache")
    padded = np.zeros((2, 7, 9, 2))
    padded[:, 1:-1, 1:-1] = A_prev
    other_order = "The cache is in another order than the docstring says."
    expect.close(
        inputs,
        A_prev,
        "cache[0], which is A_prev",
        suspects={
            "The cache holds the padded input; it should hold A_prev as it came.": padded,
            other_order: W,
        },
    )
    expect.close(weights, W, "cache[1], which is W", suspects={other_order: A_prev})
    expect.close(bias, b, "cache[2], which is b")
    name = "cache[3], which is hparameters"
    hparameters = expect.mapping(hparameters, name, ("stride", "pad"))
    expect.scalar(hparameters["stride"], 2, "the stride in cache[3]")
    expect.scalar(hparameters["pad"], 1, "the pad in cache[3]")


# --- pool_forward, conv_backward, pool_backward

# The pooling matrix of the chapter. No window of 2 by 2 has its maximum twice.
_TO_POOL = np.array(
    [[1.0, 3.0, 2.0, 1.0], [2.0, 9.0, 1.0, 1.0], [1.0, 4.0, 2.0, 3.0], [5.0, 6.0, 1.0, 2.0]]
)


def _as_batch(matrix):
    """A matrix as a batch of one image with one channel, shape `(1, n_H, n_W, 1)`."""
    return np.array(matrix, dtype=float)[None, :, :, None]


@pytest.mark.exercise("pool_forward")
@pytest.mark.points(1)
def test_pool_forward_maximum(student):
    """Max pooling of the worked example

    Hint: Each number of A is the largest of one 2 by 2 window of A_prev.
    """
    value = student.pool_forward(_as_batch(_TO_POOL), {"f": 2, "stride": 2}, mode="max")
    A, _ = expect.items(value, 2, "pool_forward")
    expect.close(
        A,
        _as_batch([[9, 2], [6, 3]]),
        "A",
        suspects={
            "These are averages, and the mode is 'max'.": _as_batch([[3.75, 1.25], [4, 2]]),
            "Rows and columns are exchanged.": _as_batch([[9, 6], [2, 3]]),
            "The windows start 1 apart, and the stride is 2.": _as_batch([[9, 9], [9, 9]]),
            "The stride is missing along the columns.": _as_batch([[9, 9], [6, 6]]),
            "The stride is missing along the rows.": _as_batch([[9, 2], [9, 3]]),
        },
    )


@pytest.mark.exercise("pool_forward")
@pytest.mark.points(1)
def test_pool_forward_average(student):
    """Average pooling of the worked example

    Hint: The mode is "average", the whole word, and the average of a window is a fraction.
    """
    value = student.pool_forward(_as_batch(_TO_POOL), {"f": 2, "stride": 2}, mode="average")
    A, _ = expect.items(value, 2, "pool_forward")
    expect.close(
        A,
        _as_batch([[3.75, 1.25], [4, 2]]),
        "A",
        suspects={
            "These are maxima, and the mode is 'average'.": _as_batch([[9, 2], [6, 3]]),
            "These are sums: something is left to divide by.": _as_batch([[15, 5], [16, 8]]),
            "The sum is divided by f, and a window holds more numbers than f.": _as_batch(
                [[7.5, 2.5], [8, 4]]
            ),
            "The fractions are cut off: the result is stored as integers.": _as_batch(
                [[3, 1], [4, 2]]
            ),
            "These are medians.": _as_batch([[2.5, 1], [4.5, 2]]),
        },
    )


@pytest.mark.exercise("pool_forward")
@pytest.mark.points(2)
def test_pool_forward_overlap(student):
    """Windows overlap where the stride is smaller than f

    Hint: f says how large a window is, the stride how far apart two windows start. Which of the
    two is used where?
    """
    value = student.pool_forward(_as_batch(_TO_POOL), {"f": 2, "stride": 1}, mode="max")
    A, _ = expect.items(value, 2, "pool_forward")
    expect.close(
        A,
        _as_batch([[9, 9, 2], [9, 9, 3], [6, 6, 3]]),
        "A",
        suspects={
            "The windows are 2 apart, as large as f, and the stride is 1.": _as_batch(
                [[9, 2], [6, 3]]
            ),
            "f and the stride seem to be exchanged.": _as_batch([[1, 2], [1, 2]]),
            "The windows hold one number each: they end after the stride, not after f.": (
                _as_batch(_TO_POOL[:3, :3])
            ),
            "A has room for a window that does not fit into A_prev.": _as_batch(
                [[9, 9, 2, 1], [9, 9, 3, 3], [6, 6, 3, 3], [6, 6, 2, 2]]
            ),
        },
    )


@pytest.mark.exercise("pool_forward")
@pytest.mark.points(1)
def test_pool_forward_default_mode(student):
    """The mode is "max" when none is given

    Hint: A call without a mode takes the default of the signature.
    """
    value = student.pool_forward(_as_batch(_TO_POOL), {"f": 2, "stride": 2})
    A, _ = expect.items(value, 2, "pool_forward")
    expect.close(
        A,
        _as_batch([[9, 2], [6, 3]]),
        "A",
        suspects={"These are averages.": _as_batch([[3.75, 1.25], [4, 2]])},
    )


@pytest.mark.exercise("pool_forward")
@pytest.mark.points(1)
def test_pool_forward_cache(student, rng):
    """The cache holds the input and the hyperparameters

    Hint: Compare with the docstring which two items the cache holds, and in which order.
    """
    A_prev = rng.uniform(1, 2, (1, 4, 4, 1))
    value = student.pool_forward(A_prev, {"f": 3, "stride": 1}, mode="max")
    _, cache = expect.items(value, 2, "pool_forward")
    kept, hparameters = expect.items(cache, 2, "cache")
    expect.close(kept, A_prev, "cache[0], which is A_prev")
    hparameters = expect.mapping(hparameters, "cache[1], which is hparameters", ("f", "stride"))
    expect.scalar(hparameters["f"], 3, "f in cache[1]")
    expect.scalar(hparameters["stride"], 1, "the stride in cache[1]")


def _weighted_sums(image, W):
    """The sum of products in every window, from a correlation of the rows laid end to end."""
    width, (f_H, f_W) = image.shape[1], W.shape
    kernel = np.zeros((f_H, width))
    kernel[:, :f_W] = W
    sums = np.correlate(image.ravel(), kernel.ravel()[: f_W - width or None], "valid")
    return np.append(sums, np.zeros(f_W - 1)).reshape(-1, width)[:, : width - f_W + 1]


def _slopes(cost, x):
    """How fast `cost` grows with each entry of `x`: central differences, shape of `x`."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 0.5
        slopes[place] = cost(x + step) - cost(x - step)
    return slopes


@pytest.mark.exercise("conv_backward")
@pytest.mark.points(2)
def test_conv_backward_one_window(student, rng):
    """A single window without padding

    Hint: Here Z is one number, sum(A_prev * W) + b. How fast does it grow with one entry of
    A_prev, of W, and with b? The number in dZ multiplies each of these.
    """
    A_prev, W = (rng.uniform(1, 2, (3, 3)) for _ in range(2))
    A_prev, W = A_prev[None, :, :, None], W[:, :, None, None]
    b, dZ = np.full((1, 1, 1, 1), 0.5), np.full((1, 1, 1, 1), 3.0)
    value = student.conv_backward(dZ, (A_prev, W, b, {"stride": 1, "pad": 0}))
    dA_prev, dW, db = expect.items(value, 3, "conv_backward")
    expect.close(
        dA_prev,
        3 * np.moveaxis(W, 2, 0),
        "dA_prev",
        suspects={
            "Nothing is left: with pad = 0 the slice [pad:-pad] runs from 0 to 0.": np.zeros(
                (1, 0, 0, 1)
            ),
            "The filter is turned by 180 degrees: that belongs to convolution, and the layer "
            "computes a cross-correlation.": 3 * np.moveaxis(W, 2, 0)[:, ::-1, ::-1],
            "This belongs to dW: A_prev and W are exchanged.": 3 * A_prev,
            "The sign is turned: this is a gradient, not yet a step downhill.": (
                -3 * np.moveaxis(W, 2, 0)
            ),
        },
    )
    expect.close(
        dW,
        3 * np.moveaxis(A_prev, 0, 2),
        "dW",
        suspects={
            "The window is turned by 180 degrees.": 3 * np.moveaxis(A_prev, 0, 2)[::-1, ::-1],
            "Rows and columns are exchanged.": 3 * A_prev.transpose(2, 1, 0, 3),
            "This belongs to dA_prev: A_prev and W are exchanged.": 3 * W,
        },
    )
    expect.close(
        db,
        dZ,
        "db",
        suspects={
            "db starts from b: a gradient starts from zero.": dZ + b,
            "b itself plays no part in its gradient.": dZ * b,
        },
    )


@pytest.mark.exercise("conv_backward")
@pytest.mark.points(2)
def test_conv_backward_input_slopes(student, rng):
    """dA_prev agrees with small changes of the input

    Hint: With padding, work on a padded gradient and cut it at the end; and a pixel that several
    windows see hears from each of them.
    """
    A_prev, W, dZ = (rng.standard_normal((n, n)) for n in (4, 3, 4))
    value = student.conv_backward(
        _as_batch(dZ),
        (_as_batch(A_prev), W[:, :, None, None], np.zeros((1, 1, 1, 1)), {"stride": 1, "pad": 1}),
    )
    dA_prev, _, _ = expect.items(value, 3, "conv_backward")

    def slopes(W):
        def cost(padded):
            return np.sum(dZ * _weighted_sums(padded, W))

        return _slopes(cost, np.pad(A_prev, 1))

    padded = slopes(W)
    expect.close(
        dA_prev,
        _as_batch(padded[1:-1, 1:-1]),
        "dA_prev",
        atol=1e-5,
        suspects={
            "The padding is still there: dA_prev has the shape of A_prev.": _as_batch(padded),
            "The filter is turned by 180 degrees: that belongs to convolution, and the layer "
            "computes a cross-correlation.": _as_batch(slopes(W[::-1, ::-1])[1:-1, 1:-1]),
            "The padding is cut at the end only.": _as_batch(padded[:-2, :-2]),
            "The padding is cut at the start only.": _as_batch(padded[2:, 2:]),
        },
    )


@pytest.mark.exercise("conv_backward")
@pytest.mark.points(2)
def test_conv_backward_filter_slopes(student, rng):
    """dW agrees with small changes of the filter

    Hint: Each entry of a filter is used in every window, also in those that reach into the
    padding, and collects from all of them.
    """
    A_prev, W, dZ = (rng.standard_normal((n, n)) for n in (4, 3, 4))
    value = student.conv_backward(
        _as_batch(dZ),
        (_as_batch(A_prev), W[:, :, None, None], np.zeros((1, 1, 1, 1)), {"stride": 1, "pad": 1}),
    )
    _, dW, _ = expect.items(value, 3, "conv_backward")

    def slopes(how):
        padded = np.pad(A_prev, 1, mode=how)
        return _slopes(lambda W: np.sum(dZ * _weighted_sums(padded, W)), W)

    want = slopes("constant")[:, :, None, None]
    expect.close(
        dW,
        want,
        "dW",
        atol=1e-5,
        suspects={
            "The input seems to be padded with its edge, not with zeros.": (
                slopes("edge")[:, :, None, None]
            ),
            "This is the mean over all windows: their sum is asked for.": want / dZ.size,
            "Only the last window counts: the others were overwritten.": (
                dZ[-1, -1] * np.pad(A_prev, 1)[-3:, -3:, None, None]
            ),
        },
    )


@pytest.mark.exercise("conv_backward")
@pytest.mark.points(1)
def test_conv_backward_bias(student):
    """db collects from all images and positions

    Hint: b[0, 0, 0, c] is added to every number of channel c in Z, in every image.
    """
    dZ = np.zeros((2, 2, 2, 2))
    dZ[0, :, :, 0], dZ[0, :, :, 1] = [[1, 2], [3, 4]], [[5, 0], [0, 0]]
    dZ[1, :, :, 0], dZ[1, :, :, 1] = [[10, 20], [30, 40]], [[0, 0], [0, 6]]
    cache = (np.ones((2, 3, 3, 1)), np.ones((2, 2, 1, 2)), np.ones((1, 1, 1, 2)))
    value = student.conv_backward(dZ, (*cache, {"stride": 1, "pad": 0}))
    _, _, db = expect.items(value, 3, "conv_backward")
    want = np.array([110.0, 11.0])
    expect.close(
        db,
        want.reshape(1, 1, 1, 2),
        "db",
        suspects={
            "The numbers are right, the shape is not: db has the shape of b.": want,
            "It is the mean over the images: their sum is asked for.": (want / 2).reshape(
                1, 1, 1, 2
            ),
            "It is the mean over the positions: their sum is asked for.": (want / 4).reshape(
                1, 1, 1, 2
            ),
            "Only the first image counts.": np.array([10.0, 5.0]).reshape(1, 1, 1, 2),
            "Only the last image counts.": np.array([100.0, 6.0]).reshape(1, 1, 1, 2),
            "Only the last position counts: the others were overwritten.": np.array(
                [40.0, 6.0]
            ).reshape(1, 1, 1, 2),
            "Both channels have the same number: the channels were added up.": np.full(
                (1, 1, 1, 2), 121.0
            ),
        },
    )


@pytest.mark.exercise("conv_backward")
@pytest.mark.points(1)
def test_conv_backward_stride(student):
    """The stride says which window each number of dZ belongs to

    Hint: Write down on paper where the four windows start, and give each its number.
    """
    W = np.array([[1.0, 10.0], [100.0, 1000.0]])[:, :, None, None]
    cache = (np.ones((1, 4, 4, 1)), W, np.zeros((1, 1, 1, 1)), {"stride": 2, "pad": 0})
    value = student.conv_backward(_as_batch([[1, 2], [3, 4]]), cache)
    dA_prev, _, _ = expect.items(value, 3, "conv_backward")
    expect.close(
        dA_prev,
        _as_batch([[1, 10, 2, 20], [100, 1000, 200, 2000], [3, 30, 4, 40], [300, 3000, 400, 4000]]),
        "dA_prev",
        suspects={
            "The windows are 1 apart, and the stride is 2.": _as_batch(
                [[1, 12, 20, 0], [103, 1234, 2040, 0], [300, 3400, 4000, 0], [0, 0, 0, 0]]
            ),
            "The stride is missing along the columns.": _as_batch(
                [[1, 12, 20, 0], [100, 1200, 2000, 0], [3, 34, 40, 0], [300, 3400, 4000, 0]]
            ),
            "The stride is missing along the rows.": _as_batch(
                [[1, 10, 2, 20], [103, 1030, 204, 2040], [300, 3000, 400, 4000], [0, 0, 0, 0]]
            ),
        },
    )


@pytest.mark.exercise("pool_backward")
@pytest.mark.points(2)
def test_pool_backward_maximum(student):
    """In max mode the gradient goes to the maximum of each window

    Hint: Only the largest number of a window changes the output; the others get nothing from it.
    """
    cache = (_as_batch(_TO_POOL), {"f": 2, "stride": 2})
    dA = _as_batch([[10, 20], [30, 40]])
    want = _as_batch([[0, 0, 20, 0], [0, 10, 0, 0], [0, 0, 0, 40], [0, 30, 0, 0]])
    expect.close(
        student.pool_backward(dA, cache, mode="max"),
        want,
        "dA_prev",
        suspects={
            "The gradient is multiplied by the maximum: the maximum only says where it goes.": (
                want * _as_batch(_TO_POOL)
            ),
            "The gradient went to the first pixel of each window.": _as_batch(
                [[10, 0, 20, 0], [0, 0, 0, 0], [30, 0, 40, 0], [0, 0, 0, 0]]
            ),
            "The gradient went to every pixel of each window.": dA.repeat(2, 1).repeat(2, 2),
            "The gradient is shared out as in average mode.": (dA.repeat(2, 1).repeat(2, 2) / 4),
            "Only the largest number of the whole image has a gradient: compare with the "
            "maximum of the window.": want * (_as_batch(_TO_POOL) == 9),
        },
    )


@pytest.mark.exercise("pool_backward")
@pytest.mark.points(1)
def test_pool_backward_average(student):
    """In average mode the gradient is shared out

    Hint: Each number of a window moves the average a little; by how much, with f * f numbers?
    """
    cache = (_as_batch(_TO_POOL), {"f": 2, "stride": 2})
    dA = _as_batch([[4, 8], [12, 20]])
    whole = dA.repeat(2, 1).repeat(2, 2)
    expect.close(
        student.pool_backward(dA, cache, mode="average"),
        _as_batch([[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 5, 5], [3, 3, 5, 5]]),
        "dA_prev",
        suspects={
            "Every pixel has the whole gradient of its window, not a share.": whole,
            "The share of each pixel is too large: it is divided by f.": whole / 2,
            "The gradient went to the maxima, and the mode is 'average'.": _as_batch(
                [[0, 0, 8, 0], [0, 4, 0, 0], [0, 0, 0, 20], [0, 12, 0, 0]]
            ),
        },
    )


@pytest.mark.exercise("pool_backward")
@pytest.mark.points(2)
def test_pool_backward_overlap(student):
    """A pixel that wins in several windows collects from each

    Hint: f says how large a window is, the stride how far apart two windows start; and where
    windows overlap, what do you do with the gradient that is already there?
    """
    A_prev = _as_batch([[1, 2, 3], [4, 9, 5], [6, 7, 8]])
    dA = _as_batch([[1, 2], [3, 4]])
    expect.close(
        student.pool_backward(dA, (A_prev, {"f": 2, "stride": 1}), mode="max"),
        _as_batch([[0, 0, 0], [0, 10, 0], [0, 0, 0]]),
        "dA_prev",
        suspects={
            "Only the last window counts: its gradient overwrites the others.": _as_batch(
                [[0, 0, 0], [0, 4, 0], [0, 0, 0]]
            ),
            "Only the first window counts.": _as_batch([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        },
    )


@pytest.mark.exercise("pool_backward")
@pytest.mark.points(1)
def test_pool_backward_default_mode(student):
    """The mode is "max" when none is given

    Hint: A call without a mode takes the default of the signature.
    """
    cache = (_as_batch([[1, 2], [3, 4]]), {"f": 2, "stride": 2})
    expect.close(
        student.pool_backward(_as_batch([[8]]), cache),
        _as_batch([[0, 0], [0, 8]]),
        "dA_prev",
        suspects={"The gradient is shared out as in average mode.": _as_batch([[2, 2], [2, 2]])},
    )
