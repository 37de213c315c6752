"""Public checks of the assignment "beyond-images".

They ship with the student's package: shapes of the chapters, and signals of whole numbers whose
sums can be worked out on paper. None of them holds a solution to copy.
"""

import numpy as np
import pytest

from coursekit.checks import expect

# --- what the checks here and the hidden ones ask of returned values


def shape_of(value, want, suspects=None, hint=""):
    """A shape came, as a tuple, a list or an array, with the sizes in `want`; 10.0 will do here."""
    if not isinstance(value, tuple | list | np.ndarray):
        raise expect.CheckFailed(
            f"The function should return a tuple of sizes, and returned {expect.kind(value)}.",
            expected="a tuple with a size for each axis",
            got=expect.describe(value),
            hint="The function ends without a return statement." if value is None else hint,
        )
    came = expect.array(value, "The shape")
    expect.true(
        came.ndim == 1,
        "A shape is a tuple with a size for each axis; something else came.",
        "The sizes of all axes go into one tuple, the number of filters last.",
    )
    sizes = came.tolist()
    if sizes != list(want):
        raise expect.CheckFailed(
            "The shape is wrong.",
            expected=str(tuple(want)),
            got=str(tuple(sizes)) if len(sizes) < 8 else expect.describe(value),
            hint=next((h for h, other in (suspects or {}).items() if sizes == list(other)), hint),
        )


def forward(function, A_prev, W, b, stride, pad):
    """`Z` and `cache` as they came."""
    value = function(A_prev, W, b, {"stride": stride, "pad": pad})
    return expect.items(value, 2, "The function")


def cache_of(function, A_prev, W, b, stride, pad, padded):
    """The cache of one call holds the four arguments, as they were given."""
    _, cache = forward(function, A_prev, W, b, stride, pad)
    inputs, weights, bias, hparameters = expect.items(cache, 4, "cache")
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
    expect.scalar(hparameters["stride"], stride, "the stride in cache[3]")
    expect.scalar(hparameters["pad"], pad, "the pad in cache[3]")


# --- conv_output_shape

_LAYERS = {
    "a signal of 14 samples": ((14, 1), (5, 1, 16), (10, 16)),
    "an image of 14 by 14": ((14, 14, 3), (5, 5, 3, 16), (10, 10, 16)),
    "a scan of 14 by 14 by 14": ((14, 14, 14, 1), (5, 5, 5, 1, 16), (10, 10, 10, 16)),
    "the next layer of the scan": ((10, 10, 10, 16), (5, 5, 5, 16, 32), (6, 6, 6, 32)),
}


@pytest.mark.exercise("conv_output_shape")
@pytest.mark.points(2)
def test_shape_of_the_chapters(student):
    """A signal, an image and a scan, as in the chapters

    Hint: One size for each spatial axis, and as many channels as there are filters.
    """
    for what, (shape, filters, want) in _LAYERS.items():
        spatial, (n_C_prev, n_C) = want[:-1], filters[-2:]
        shape_of(
            student.conv_output_shape(shape, filters, 1, 0),
            want,
            suspects={
                f"For {what}, the channels of the input came last: each filter makes one.": (
                    (*spatial, n_C_prev)
                ),
                f"For {what}, the channels are missing.": spatial,
                f"For {what}, one place is missing along each axis: the first counts, too.": (
                    (*(size - 1 for size in spatial), n_C)
                ),
                f"For {what}, the sizes of the input stayed: what does a filter of 5 do?": (
                    (*shape[:-1], n_C)
                ),
                f"For {what}, the first axis was left as it is: there is no batch here.": (
                    (shape[0], *spatial[1:], n_C)
                ),
            },
        )


@pytest.mark.exercise("conv_output_shape")
@pytest.mark.points(1)
def test_shape_axis_by_axis(student):
    """A stride of 2 and a pad of 2; sides and filters differ from axis to axis

    Hint: Each axis has its own length and its own filter side. Zeros come at both of its ends.
    """
    shape_of(
        student.conv_output_shape((9, 8, 3), (3, 6, 3, 8), 2, 2),
        (6, 4, 8),
        suspects={
            "Each axis is one too short: were zeros counted at one end only, or is the 1 added "
            "before the division?": (5, 3, 8),
            "The pad is not used.": (4, 2, 8),
            "The stride is not used.": (11, 7, 8),
            "The stride is used along the first axis only.": (6, 7, 8),
            "The filter was taken to be as long along the second axis as along the first.": (
                (6, 5, 8)
            ),
            "Both axes came out alike: each has a length of its own.": (6, 6, 8),
        },
    )


@pytest.mark.exercise("conv_output_shape")
@pytest.mark.points(1)
def test_shape_is_whole(student):
    """The sizes are whole numbers, so that np.zeros takes them

    Hint: 10.0 is no size of an array. Division by / and np.floor give floats; // and int do not.
    """
    for shape, filters, stride in (((14, 1), (5, 1, 16), 1), ((9, 5, 2), (3, 3, 2, 4), 2)):
        came = expect.array(student.conv_output_shape(shape, filters, stride, 0), "The shape")
        expect.true(
            came.dtype.kind in "iu",
            "The sizes should be whole numbers, and some are floats.",
            "10.0 is no size of an array. Division by / and np.floor give floats; // and int do "
            "not.",
        )
        elsewhere = "The sizes are wrong in a plain call: look at the other checks first."
        shape_of(came, (10, 16) if len(shape) == 2 else (4, 2, 4), hint=elsewhere)


# --- causal_pad


@pytest.mark.exercise("causal_pad")
@pytest.mark.points(2)
def test_causal_zeros_in_front(student, rng):
    """Two zeros before each signal, for a filter of three samples

    Hint: Look at one signal and one channel of the result, result[0, :, 0].
    """
    factors = rng.integers(1, 9, (2, 2)) / 4

    def batch(signal):
        return factors[:, np.newaxis] * np.reshape(signal, (1, -1, 1))

    expect.close(
        student.causal_pad(batch([1, 2, 3, 4]), 3),
        batch([0, 0, 1, 2, 3, 4]),
        "causal_pad(X, 3)",
        suspects={
            "There are zeros at both ends: none belong behind.": batch([0, 0, 1, 2, 3, 4, 0, 0]),
            "The length stayed, with zeros at both ends.": batch([0, 1, 2, 3, 4, 0]),
            "The zeros are behind: the past is in front.": batch([1, 2, 3, 4, 0, 0]),
            "One zero too many: the filter lies on the present sample, too.": (
                batch([0, 0, 0, 1, 2, 3, 4])
            ),
            "One zero too few.": batch([0, 1, 2, 3, 4]),
            "The first sample is repeated; it should be zeros.": batch([1, 1, 1, 2, 3, 4]),
            "The end of the signal came in front; it should be zeros.": batch([3, 4, 1, 2, 3, 4]),
            "The end of the signal is lost: it grows by the zeros.": batch([0, 0, 1, 2]),
            "There are ones in front.": batch([0, 0, 1, 2, 3, 4])
            + np.reshape([1, 1, 0, 0, 0, 0], (1, 6, 1)),
            "Only the first signal was copied.": (
                batch([0, 0, 1, 2, 3, 4]) * np.reshape([1, 0], (2, 1, 1))
            ),
        },
    )


@pytest.mark.exercise("causal_pad")
@pytest.mark.points(1)
def test_causal_shape(student, rng):
    """The signals grow longer, the batch and the channels stay as they are

    Hint: Of the three axes, only the one in the middle is time.
    """
    X = rng.standard_normal((2, 7, 3))
    expect.array(student.causal_pad(X, 5), "causal_pad(X, 5)", (2, 11, 3))


# --- conv1d_forward

# A signal, a filter and the sum at every place, without zeros and with one zero at each end.
_SIGNAL = np.array([0.0, 1, 0, 6, -2, 0, 2, 1, -1])
_TAPS = np.array([-1.0, 2, 1])
_SUMS = np.array([2.0, 5, 10, -10, 4, 5, -1])
_SUMS_PADDED = np.array([1.0, 2, 5, 10, -10, 4, 5, -1, -3])


def _quarters(rng, shape, low=1, high=9):
    """Random multiples of 1/4, so that float32 adds them up without rounding."""
    return rng.integers(low, high, shape) / 4


def _spread(pattern, factors):
    """A pattern for each row and channel of `factors`, multiplied by its factor: a batch."""
    return np.moveaxis(np.multiply.outer(factors, pattern), 1, -1)


def _layer(rng, pattern, taps, m, n_C_prev, n_C):
    """A batch and filters in which each channel is a multiple of one pattern, of one filter.

    Returns `A_prev`, `W` and the two arrays of factors: the filters find in the batch what `taps`
    finds in `pattern`, as often as the factors of their channels say.
    """
    k, q = _quarters(rng, (m, n_C_prev)), _quarters(rng, (n_C_prev, n_C))
    return _spread(pattern, k), np.multiply.outer(taps, q), k, q


@pytest.mark.exercise("conv1d_forward")
@pytest.mark.points(2)
def test_signal_worked_example(student):
    """One signal of nine samples, one filter of three

    Hint: The window of output number t starts there, and is as long as the filter.
    """
    Z, _ = forward(
        student.conv1d_forward,
        _SIGNAL.reshape(1, 9, 1),
        _TAPS.reshape(3, 1, 1),
        np.zeros((1, 1, 1)),
        1,
        0,
    )
    want = _SUMS.reshape(1, 7, 1)
    expect.close(
        Z,
        want,
        "Z",
        suspects={
            "The filter is flipped: it multiplies as it stands. (np.convolve flips.)": np.reshape(
                [2, -5, 14, 2, -4, 3, 5], want.shape
            ),
            "The negative numbers became 0: there is no ReLU in this layer.": np.maximum(want, 0),
            "These are the means of the products, not their sums.": want / 3,
            "The last place is missing.": want[:, :-1],
            "The signal was padded, and the pad is 0.": _SUMS_PADDED.reshape(1, 9, 1),
            "The time is the axis in the middle, the channels come last.": (
                want.transpose(0, 2, 1)
            ),
        },
    )


@pytest.mark.exercise("conv1d_forward")
@pytest.mark.points(1)
def test_signal_channels_filters_biases(student, rng):
    """Every signal meets every filter, in all channels, and each filter adds its bias once

    Hint: A filter has as many channels as the signal: its sum runs over time and channels.
    """
    A_prev, W, k, q = _layer(rng, _SIGNAL, _TAPS, m=2, n_C_prev=2, n_C=4)
    b = _quarters(rng, (1, 1, 4), 8, 16) * np.array([1, -1, 2, -3])
    Z, _ = forward(student.conv1d_forward, A_prev, W, b, 1, 0)
    sums = _spread(_SUMS, k @ q)
    expect.close(
        Z,
        sums + b,
        "Z",
        suspects={
            "The bias is missing.": sums,
            "The bias was added to every product: add it once, after the sum.": sums + 6 * b,
            "The bias was added once for every channel of the input.": sums + 2 * b,
            "The bias was added once for every sample under the filter.": sums + 3 * b,
            "Every filter got the bias of the first one.": sums + b[..., :1],
            "Only the first channel of the input was counted.": (
                _spread(_SUMS, k[:, :1] @ q[:1]) + b
            ),
            "Every channel met the weights of the first one.": (
                _spread(_SUMS, k.sum(axis=1, keepdims=True) @ q[:1]) + b
            ),
            "The channels were added up before the filter saw them.": (
                _spread(_SUMS, np.outer(k.sum(axis=1), q.sum(axis=0))) + b
            ),
            "Only the first signal was computed.": ((sums + b) * np.array([1, 0]).reshape(2, 1, 1)),
            "Every signal gave the result of the first one.": (sums + b)[[0, 0]],
            "Only the first filter was computed.": (sums + b) * np.array([1, 0, 0, 0]),
        },
    )


@pytest.mark.exercise("conv1d_forward")
@pytest.mark.points(1)
def test_signal_stride_and_pad(student, rng):
    """A stride of 2 and one zero at each end

    Hint: Pad first; then output number t starts at t times the stride.
    """
    A_prev, W, k, q = _layer(rng, _SIGNAL, _TAPS, m=2, n_C_prev=1, n_C=2)
    Z, _ = forward(student.conv1d_forward, A_prev, W, np.zeros((1, 1, 2)), 2, 1)
    every = _spread(_SUMS_PADDED, k @ q)
    expect.close(
        Z,
        every[:, ::2],
        "Z",
        suspects={
            "The stride is not used.": every,
            "The output has the right length, but the window moves one by one.": every[:, :5],
            "The pad is not used.": _spread(_SUMS[::2], k @ q),
            "All zeros are in front: here one belongs at each end.": (
                _spread([0, 2, 10, 4, -1], k @ q)
            ),
            "All zeros are behind: here one belongs at each end.": (
                _spread([2, 10, 4, -1, 1], k @ q)
            ),
            "The first and the last sample are repeated: zeros belong there.": (
                _spread([1, 5, -10, 5, -4], k @ q)
            ),
            "The stride says where the next window starts, not which samples it takes.": (
                _spread([8, -2, 11, -2, -5, 5, 2], k @ q)
            ),
            "The last place is missing. Are there zeros at both ends?": every[:, :8:2],
        },
    )


@pytest.mark.exercise("conv1d_forward")
@pytest.mark.points(1)
def test_signal_cache(student, rng):
    """The cache holds the four arguments in their order

    Hint: A backward pass would read A_prev, W, b and hparameters from it, just as they came.
    """
    A_prev, W, b = (rng.standard_normal(shape) for shape in ((2, 7, 2), (3, 2, 2), (1, 1, 2)))
    padded = np.pad(A_prev, ((0, 0), (1, 1), (0, 0)))
    cache_of(student.conv1d_forward, A_prev, W, b, 2, 1, padded)


# --- conv3d_forward

# Two rows, three columns, three slices: the innermost numbers go into the depth. The filter finds
# at the first place 1 * 1 - 2 * 3 + 1 * 1 - 2 * 1 = -6.
_VOLUME = np.array(
    [
        [[1.0, 0, 2], [0, 3, 1], [2, 1, 0]],
        [[0.0, 1, 3], [1, 0, 2], [4, 0, 1]],
    ]
)
_BLOCK = np.array([[[1.0, 2], [0, -2]], [[3.0, 1], [-2, 0]]])
_FOUND = np.array([[[-6.0, 8], [-1, 7]]])

# A volume that is the product of three signals, under a filter that is the product of three short
# ones, has the products of their sums. The sums stand here with one zero at each end.
_HEIGHT = [1.0, 2, 0, -1], [2.0, 1], [1.0, 4, 4, -1, -2]
_WIDTH = [3.0, -1], [1.0, -2], [-6.0, 5, -1]
_DEPTH = [1.0, 0, 2, -1, 1, 3], [1.0, 3], [3.0, 1, 6, -1, 2, 10, 3]


def _product(h, w, d):
    """The volume whose numbers are the products of the numbers of three vectors."""
    return np.multiply.outer(np.multiply.outer(h, w), d)


@pytest.mark.exercise("conv3d_forward")
@pytest.mark.points(2)
def test_volume_worked_example(student):
    """Two rows, three columns, three slices, and a filter of two by two by two

    Hint: A window is a block: it has as many rows, columns and slices as the filter.
    """
    Z, _ = forward(
        student.conv3d_forward,
        _VOLUME.reshape(1, 2, 3, 3, 1),
        _BLOCK.reshape(2, 2, 2, 1, 1),
        np.zeros((1, 1, 1, 1, 1)),
        1,
        0,
    )
    alone = "Each slice was taken by itself: the filter covers several slices at once."
    suspects = {
        "The filter is flipped: it multiplies as it stands.": [[11, 2], [5, 0]],
        "The filter's slices are in reverse order.": [[5, 2], [0, 9]],
        "The filter's width and depth changed places: height, width, depth is the order.": (
            [[-6, 1], [9, 1]]
        ),
        "The filter's height and depth changed places: height, width, depth is the order.": (
            [[-6, 9], [1, 8]]
        ),
        "The output's width and depth changed places.": [[-6, -1], [8, 7]],
        "The negative numbers became 0: there is no ReLU in this layer.": [[0, 8], [0, 7]],
        "These are the means of the products, not their sums.": _FOUND[0] / 8,
        "All axes are as long as the first: volumes need not be cubes.": [[-6]],
        f"{alone} (The first of the filter was used.)": [[-1, 3, 7], [-5, 3, 5]],
        f"{alone} (The second of the filter was used.)": [[2, -5, 5], [-3, 4, 4]],
        f"{alone} (All of the filter's met the same slice.)": [[1, -2, 12], [-8, 7, 9]],
        f"{alone} (Each met one of the filter's.)": [[-1, -5], [-5, 4]],
        "The depth was added up first: a slice meets its own slice of the filter.": (
            [[-1, 10], [-1, 16]]
        ),
    }
    expect.close(
        Z,
        _FOUND[np.newaxis, ..., np.newaxis],
        "Z",
        suspects={hint: np.array([[found]])[..., np.newaxis] for hint, found in suspects.items()},
    )


@pytest.mark.exercise("conv3d_forward")
@pytest.mark.points(2)
def test_volume_channels_filters_biases(student, rng):
    """Every volume meets every filter, in all channels, and each filter adds its bias once

    Hint: The sum runs over rows, columns, slices and channels; the bias comes after it.
    """
    A_prev, W, k, q = _layer(rng, _VOLUME, _BLOCK, m=2, n_C_prev=3, n_C=4)
    b = _quarters(rng, (1, 1, 1, 1, 4), 8, 16) * np.array([1, -1, 2, -3])
    Z, _ = forward(student.conv3d_forward, A_prev, W, b, 1, 0)
    sums = _spread(_FOUND, k @ q)
    want = sums + b
    expect.close(
        Z,
        want,
        "Z",
        suspects={
            "The bias is missing.": sums,
            "The bias was added to every product: add it once, after the sum.": sums + 24 * b,
            "The bias was added once for every channel of the input.": sums + 3 * b,
            "The bias was added once for every slice of the filter.": sums + 2 * b,
            "Every filter got the bias of the first one.": sums + b[..., :1],
            "Only the first channel of the input was counted.": (
                _spread(_FOUND, k[:, :1] @ q[:1]) + b
            ),
            "Every channel met the weights of the first one.": (
                _spread(_FOUND, k.sum(axis=1, keepdims=True) @ q[:1]) + b
            ),
            "Only the first volume was computed.": want * np.reshape([1, 0], (2, 1, 1, 1, 1)),
            "Every volume gave the result of the first one.": want[[0, 0]],
            "Only the first filter was computed.": want * np.array([1, 0, 0, 0]),
        },
    )


@pytest.mark.exercise("conv3d_forward")
@pytest.mark.points(1)
def test_volume_stride_and_pad(student, rng):
    """A stride of 2 along three axes, and zeros on all six sides

    Hint: What you do for rows and columns, do for the depth, too. No two sides are equal here.
    """
    volume, block, every = (_product(*parts) for parts in zip(_HEIGHT, _WIDTH, _DEPTH))
    A_prev, W, k, q = _layer(rng, volume, block, m=1, n_C_prev=1, n_C=2)
    Z, _ = forward(student.conv3d_forward, A_prev, W, np.zeros((1, 1, 1, 1, 2)), 2, 1)
    every = _spread(every, k @ q)
    want = every[:, ::2, ::2, ::2]
    expect.close(
        Z,
        want,
        "Z",
        suspects={
            "The stride is not used.": every,
            "The stride is used down and across, and not into the depth.": every[:, ::2, ::2],
            "The stride is used downwards only.": every[:, ::2],
            "In depth the window moves one by one.": every[:, ::2, ::2, :4],
            "The output has the right size, but the window moves one by one.": every[:, :3, :2, :4],
            "The pad is not used.": every[:, 1:-1:2, 1:-1:2, 1:-1:2],
            "The depth was not padded: zeros belong on six sides.": every[:, ::2, ::2, 1:-1:2],
            "Width and depth of the output changed places.": want.swapaxes(2, 3),
            "All zeros are in front: they belong at both ends of each axis.": (
                _spread(_product([0, 4, -1], [0, 5], [0, 1, -1, 10]), k @ q)
            ),
            "All zeros are behind: they belong at both ends of each axis.": (
                _spread(_product([4, -1, 0], [5, 0], [1, -1, 10, 0]), k @ q)
            ),
            "The last places are missing. Are there zeros at both ends of each axis?": (
                want[:, :-1, :-1, :-1]
            ),
        },
    )


@pytest.mark.exercise("conv3d_forward")
@pytest.mark.points(1)
def test_volume_cache(student, rng):
    """The cache holds the four arguments in their order

    Hint: A backward pass would read A_prev, W, b and hparameters from it, just as they came.
    """
    shapes = (2, 3, 5, 4, 2), (2, 2, 2, 2, 3), (1, 1, 1, 1, 3)
    A_prev, W, b = (rng.standard_normal(shape) for shape in shapes)
    padded = np.pad(A_prev, ((0, 0), (1, 1), (1, 1), (1, 1), (0, 0)))
    cache_of(student.conv3d_forward, A_prev, W, b, 2, 1, padded)
