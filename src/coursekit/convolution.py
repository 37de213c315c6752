"""One layer of a convolutional network in NumPy: padding, convolution, pooling, both ways.

Arrays are channels last. The letters are those of the chapters: `m` examples, `n_H` rows, `n_W`
columns, `n_D` slices or frames in depth, `n_C` channels, `f` the side of a filter or of a pooling
window. Every function here is an exercise; what starts with an underscore serves only the
reference solutions.

How the reference is fast: a convolution is a matrix product of all windows with all filters, and
matrix products are what NumPy's BLAS does best. The work is cut into blocks that fit the cache.
Signals, images and volumes differ only in their number of spatial axes, so one implementation,
`_convolve`, serves them all.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coursekit.exercises import exercise

# A block of windows should stay in the cache of a core, yet be a matrix worth multiplying.
_BLOCK_BYTES = 2**21
_BLOCK_WINDOWS = 512
# Fewer rows than these are not worth a product of their own.
_PRODUCT_ROWS = 128


@exercise("convolutions")
def zero_pad(X: np.ndarray, pad: int) -> np.ndarray:
    """Put a border of zeros around every image of a batch.

    Rows and columns grow; examples and channels stay as they are.

    Parameters
    ----------
    X : ndarray, shape (m, n_H, n_W, n_C)
        A batch of `m` images, channels last. Left unchanged.
    pad : int
        Width of the border in pixels, the same on all four sides; 0 adds nothing.

    Returns
    -------
    X_pad : ndarray, shape (m, n_H + 2 * pad, n_W + 2 * pad, n_C)
        The images with their border; a new array.

    Notes
    -----
    The reference raises `ValueError` if `X` has not four dimensions or `pad` is not a whole number
    of at least 0; yours need not.

    Source: week 1 of the lecture notes, "Padding".
    """
    X = _volume(X, "X")
    pad = _whole(pad, "pad", least=0)
    m, n_H, n_W, n_C = X.shape
    X_pad = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C), dtype=X.dtype)
    X_pad[:, pad : pad + n_H, pad : pad + n_W] = X
    return X_pad


@exercise("convolutions")
def conv_single_step(a_slice_prev: np.ndarray, W: np.ndarray, b: np.ndarray) -> float:
    """Apply one filter at one place: a single number of the layer's output.

    Each entry of the slice is multiplied by the entry of the filter at the same place, the
    products are summed over rows, columns and channels, and the bias is added. The filter is not
    flipped: deep learning says "convolution" and means cross-correlation.

    Parameters
    ----------
    a_slice_prev : ndarray, shape (f, f, n_C_prev)
        The part of the layer's input that the filter covers. Left unchanged.
    W : ndarray, shape (f, f, n_C_prev)
        The weights of one filter. Left unchanged.
    b : ndarray, shape (1, 1, 1)
        The bias of the filter, an array that holds a single number. Left unchanged.

    Returns
    -------
    Z : float
        A scalar: a Python or NumPy number, or an array of shape (), not of shape (1, 1, 1).

    Notes
    -----
    `float` accepts only arrays of shape (), so `float(b)` is an error in current NumPy. Take the
    number out of the array by its indices instead.

    The reference raises `ValueError` if `W` has not the shape of `a_slice_prev` or `b` has not the
    shape (1, 1, 1); yours need not.

    Source: week 1 of the lecture notes, "Convolutions over volume".
    """
    a_slice_prev = _array(a_slice_prev, "a_slice_prev", ("f", "f", "n_C_prev"))
    W = _array(W, "W", ("f", "f", "n_C_prev"))
    b = _array(b, "b", (1, 1, 1))
    if W.shape != a_slice_prev.shape:
        raise ValueError(
            f"W has shape {W.shape}, but it must have the shape of a_slice_prev, "
            f"{a_slice_prev.shape}"
        )
    dtype = _floating(a_slice_prev, W, b)
    return np.sum(a_slice_prev * W, dtype=dtype) + b[0, 0, 0].astype(dtype)


@exercise("convolutions")
def conv_forward(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: dict
) -> tuple[np.ndarray, tuple]:
    """Forward pass of a convolutional layer, before its activation function.

    Every image is padded with zeros. Each filter then moves over it in steps of `stride`, along
    rows and along columns, and gives one number at each place where it lies wholly inside the
    padded image: the sum over its products with the image, plus its bias. The filters are not
    flipped (cross-correlation).

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C_prev)
        Activations of the previous layer for a batch of `m` examples; height and width may
        differ. Left unchanged.
    W : ndarray, shape (f, f, n_C_prev, n_C)
        The weights of `n_C` filters. Left unchanged.
    b : ndarray, shape (1, 1, 1, n_C)
        One bias for each filter. Left unchanged.
    hparameters : dict
        `"stride"`: the step in pixels, at least 1. `"pad"`: the width of the border of zeros in
        pixels, at least 0. Left unchanged.

    Returns
    -------
    Z : ndarray, shape (m, n_H, n_W, n_C)
        The output of the layer, where ::

            n_H = floor((n_H_prev + 2 * pad - f) / stride) + 1
            n_W = floor((n_W_prev + 2 * pad - f) / stride) + 1

    cache : tuple
        `(A_prev, W, b, hparameters)`, as they were given: what `conv_backward` needs.

    Notes
    -----
    The reference raises `ValueError` if shapes do not fit, `stride` or `pad` is not a whole number
    in its range, or the filter is larger than the padded image; yours need not.

    Source: week 1 of the lecture notes, "One layer of a convolutional network"; Y. LeCun,
    L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
    1998.
    """
    return _convolve(A_prev, W, b, hparameters, axes=2), (A_prev, W, b, hparameters)


@exercise("convolutions")
def pool_forward(
    A_prev: np.ndarray, hparameters: dict, mode: str = "max"
) -> tuple[np.ndarray, tuple]:
    """Forward pass of a pooling layer.

    A window of `f` by `f` pixels moves over each channel of each image in steps of `stride`, along
    rows and along columns, without padding. At each place where it lies wholly inside the image
    it gives the largest or the average of the numbers that it covers.

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C)
        Activations of the previous layer for a batch of `m` examples; height and width may
        differ. Left unchanged.
    hparameters : dict
        `"f"`: the side of the window in pixels, at least 1. `"stride"`: the step in pixels, at
        least 1. Left unchanged.
    mode : {"max", "average"}
        What to take of each window; `"max"` if left out.

    Returns
    -------
    A : ndarray, shape (m, n_H, n_W, n_C)
        The output of the layer, where ::

            n_H = floor((n_H_prev - f) / stride) + 1
            n_W = floor((n_W_prev - f) / stride) + 1

    cache : tuple
        `(A_prev, hparameters)`, as they were given: what `pool_backward` needs.

    Notes
    -----
    The reference raises `ValueError` if `A_prev` has not four dimensions, `f` or `stride` is not a
    whole number of at least 1, the window is larger than the image, or the mode is unknown; yours
    need not.

    Source: week 1 of the lecture notes, "Pooling layers".
    """
    cache = (A_prev, hparameters)
    A_prev, f, stride = _pooling(A_prev, hparameters, mode)
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = _steps(n_H_prev, f, stride), _steps(n_W_prev, f, stride)
    combine = np.maximum if mode == "max" else np.add

    A = np.empty((m, n_H, n_W, n_C), dtype=A_prev.dtype)
    for examples, rows in _blocks((m, n_H), n_W_prev * n_C * A_prev.itemsize):
        # First over the rows of a window, where whole rows of pixels combine, then the columns.
        a = A_prev[examples, rows.start * stride :]
        n = rows.stop - rows.start
        tall = _fold(combine, [a[:, _places(i, n, stride)] for i in range(f)])
        A[examples, rows] = _fold(combine, [tall[:, :, _places(j, n_W, stride)] for j in range(f)])
    if mode == "average":
        A /= f * f
    return A, cache


@exercise("convolutions")
def conv_backward(dZ: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Backward pass of a convolutional layer.

    Given how the cost changes with the layer's output, find how it changes with the layer's input,
    weights and biases.

    Parameters
    ----------
    dZ : ndarray, shape (m, n_H, n_W, n_C)
        Gradient of the cost with respect to `Z`, the output of `conv_forward`. Left unchanged.
    cache : tuple
        `(A_prev, W, b, hparameters)`, the second value that `conv_forward` returned. Left
        unchanged.

    Returns
    -------
    dA_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C_prev)
        Gradient of the cost with respect to `A_prev`, without the border of zeros. With `pad = 0`
        there is no border.
    dW : ndarray, shape (f, f, n_C_prev, n_C)
        Gradient with respect to `W`, summed over the examples.
    db : ndarray, shape (1, 1, 1, n_C)
        Gradient with respect to `b`, summed over the examples.

    Notes
    -----
    The sums over the examples are plain sums, not averages: a factor 1 / m, where the cost has
    one, is in `dZ` already. Pixels that no window covered, because of the floor in the output size,
    have gradient zero.

    The reference raises `ValueError` if the cache does not hold a layer that `conv_forward`
    accepts or `dZ` has not the shape of its output; yours need not.

    Source: the chain rule, applied to the formula of `conv_forward`; Y. LeCun, L. Bottou, Y. Bengio
    and P. Haffner, "Gradient-based learning applied to document recognition", 1998.
    """
    A_prev, W, b, stride, pad = _layer(*_cached(cache, ("A_prev", "W", "b", "hparameters")), axes=2)
    dZ = _volume(dZ, "dZ")
    f, _, _, n_C = W.shape
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    X = zero_pad(A_prev, pad) if pad else A_prev
    windows = _windows(X, f, stride)
    n_H, n_W = windows.shape[1:3]
    _same_shape(dZ, "dZ", (m, n_H, n_W, n_C))

    dtype = _floating(dZ, X, W, b)
    dZ = dZ.astype(dtype, copy=False)
    filters = W.reshape(-1, n_C).astype(dtype, copy=False)
    dX = np.zeros(X.shape, dtype)
    dfilters = np.zeros(filters.shape, dtype)
    dwindows = _windows(dX, f, stride, writeable=True)
    apart = -(-f // stride)
    row_bytes = n_W * len(filters) * dtype.itemsize
    for examples, rows in _blocks((m, n_H), row_bytes, least=_BLOCK_WINDOWS // n_W):
        dz = dZ[examples, rows].reshape(-1, n_C)
        dfilters += _columns(windows[examples, rows]).T @ dz
        # Windows overlap, and what they send back adds up there. Those that lie `apart` do not
        # overlap, so all of these go at once.
        block = dwindows[examples, rows]
        sent = (dz @ filters.T).reshape(block.shape)
        for h in range(apart):
            for w in range(apart):
                block[:, h::apart, w::apart] += sent[:, h::apart, w::apart]

    dA_prev = dX[:, pad : pad + n_H_prev, pad : pad + n_W_prev]
    db = dZ.sum(axis=(0, 1, 2)).reshape(1, 1, 1, n_C)
    return dA_prev, dfilters.reshape(W.shape), db


@exercise("convolutions")
def pool_backward(dA: np.ndarray, cache: tuple, mode: str = "max") -> np.ndarray:
    """Backward pass of a pooling layer.

    Given how the cost changes with the layer's output, find how it changes with the layer's input.
    A maximum depends only on the entry that won; an average depends on all entries of its window
    alike. An entry in several windows collects what each of them sends back.

    Parameters
    ----------
    dA : ndarray, shape (m, n_H, n_W, n_C)
        Gradient of the cost with respect to `A`, the output of `pool_forward`. Left unchanged.
    cache : tuple
        `(A_prev, hparameters)`, the second value that `pool_forward` returned. Left unchanged.
    mode : {"max", "average"}
        The mode of the forward pass; `"max"` if left out.

    Returns
    -------
    dA_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C)
        Gradient of the cost with respect to `A_prev`. Pixels that no window covered have gradient
        zero.

    Notes
    -----
    Where several entries of a window are the largest, the gradient may go to any one of them or
    to each of them.

    The reference raises `ValueError` if the cache does not hold a layer that `pool_forward`
    accepts, `dA` has not the shape of its output, or the mode is unknown; yours need not.

    Source: the chain rule, applied to the formula of `pool_forward`.
    """
    A_prev, hparameters = _cached(cache, ("A_prev", "hparameters"))
    A_prev, f, stride = _pooling(A_prev, hparameters, mode)
    dA = _volume(dA, "dA")
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = _steps(n_H_prev, f, stride), _steps(n_W_prev, f, stride)
    _same_shape(dA, "dA", (m, n_H, n_W, n_C))
    dA_prev = np.zeros(A_prev.shape, _floating(dA, A_prev))
    dA = dA.astype(dA_prev.dtype, copy=False)
    A = pool_forward(A_prev, {"f": f, "stride": stride}, mode)[0] if mode == "max" else None

    for examples, rows in _blocks((m, n_H), 4 * n_W_prev * n_C * dA.itemsize):
        n = rows.stop - rows.start
        da, da_prev = dA[examples, rows], dA_prev[examples, rows.start * stride :]
        if mode == "average":
            # First over the columns of a window, then whole rows of pixels, as in the forward pass.
            tall = np.zeros((*da.shape[:2], n_W_prev, n_C), dA.dtype)
            for j in range(f):
                tall[:, :, _places(j, n_W, stride)] += da / (f * f)
            for i in range(f):
                da_prev[:, _places(i, n, stride)] += tall
        else:
            # The first of equals takes all: once given, nothing is left for the others.
            a, a_prev = A[examples, rows], A_prev[examples, rows.start * stride :]
            left = da.copy()
            for i in range(f):
                for j in range(f):
                    place = np.s_[:, _places(i, n, stride), _places(j, n_W, stride)]
                    share = np.where(a_prev[place] == a, left, 0)
                    da_prev[place] += share
                    left -= share
    return dA_prev


@exercise("beyond-images")
def conv_output_shape(
    input_shape: tuple[int, ...], filter_shape: tuple[int, ...], stride: int, pad: int
) -> tuple[int, ...]:
    """The shape that a convolutional layer gives one example of any number of dimensions.

    A signal has one spatial axis, an image two, a scan or a film three. Each axis has its own
    length, and filters may be longer along one axis than along another; stride and pad are the
    same for all axes.

    Parameters
    ----------
    input_shape : tuple of int, (n_1, ..., n_d, n_C_prev)
        The sizes of one example: `d` spatial axes, at least one, then channels. There is no axis
        for the batch.
    filter_shape : tuple of int, (f_1, ..., f_d, n_C_prev, n_C)
        The shape of the layer's weights: the sides of a filter, the channels that it sees, and
        the number of filters.
    stride : int
        The step along every spatial axis, at least 1.
    pad : int
        The zeros added at both ends of every spatial axis, at least 0.

    Returns
    -------
    shape : tuple of int, (n_1', ..., n_d', n_C)
        The sizes of the layer's output for this example, where ::

            n_k' = floor((n_k + 2 * pad - f_k) / stride) + 1

    Notes
    -----
    The reference raises `ValueError` if the shapes do not belong together, a number is out of its
    range, or the filter is larger than the padded input; yours need not.

    Source: the lecture notes, "1D and 3D Generalizations".
    """
    input_shape = _sizes(input_shape, "input_shape")
    filter_shape = _sizes(filter_shape, "filter_shape")
    stride, pad = _whole(stride, "stride", least=1), _whole(pad, "pad", least=0)
    if len(input_shape) < 2 or len(filter_shape) != len(input_shape) + 1:
        raise ValueError(
            f"input_shape is {input_shape} and filter_shape {filter_shape}, but they must be "
            "(n_1, ..., n_d, n_C_prev) and (f_1, ..., f_d, n_C_prev, n_C) with the same d >= 1"
        )
    *spatial, n_C_prev = input_shape
    *sides, seen, n_C = filter_shape
    if seen != n_C_prev:
        raise ValueError(
            f"filter_shape is {filter_shape}, but its last but one size must be the {n_C_prev} "
            f"channels of input_shape, which is {input_shape}"
        )
    padded = [n + 2 * pad for n in spatial]
    if any(f > n for f, n in zip(sides, padded)):
        raise ValueError(
            f"filter_shape is {filter_shape}, but a filter must not be larger than the padded "
            f"input, {_times(padded)} (input_shape is {input_shape}, pad is {pad})"
        )
    return (*(_steps(n, f, stride) for n, f in zip(padded, sides)), n_C)


@exercise("beyond-images")
def causal_pad(X: np.ndarray, f: int) -> np.ndarray:
    """Put zeros before every signal of a batch, so that a filter never looks ahead.

    With `f - 1` zeros in front and none behind, a convolution with a filter of length `f` and
    stride 1 gives one number for each moment, made only of that moment and of the `f - 1` before
    it. So a stream can be followed while it comes in.

    Parameters
    ----------
    X : ndarray, shape (m, n, n_C)
        A batch of `m` signals, `n` samples each, channels last. Left unchanged.
    f : int
        The length of the filter in samples, at least 1; 1 adds nothing.

    Returns
    -------
    X_pad : ndarray, shape (m, f - 1 + n, n_C)
        The signals behind their zeros; a new array.

    Notes
    -----
    The reference raises `ValueError` if `X` has not three dimensions or `f` is not a whole number
    of at least 1; yours need not.

    Source: A. van den Oord et al., "WaveNet: a generative model for raw audio", 2016.
    """
    X = _array(X, "X", ("m", "n", "n_C"))
    f = _whole(f, "f", least=1)
    return np.pad(X, ((0, 0), (f - 1, 0), (0, 0)))


@exercise("beyond-images")
def conv1d_forward(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: dict
) -> tuple[np.ndarray, tuple]:
    """Forward pass of a convolutional layer over signals, before its activation function.

    Every signal is padded with zeros at both ends. Each filter then moves along it in steps of
    `stride` and gives one number at each place where it lies wholly inside the padded signal: the
    sum over its products with the signal, over all channels, plus its bias. The filters are not
    flipped (cross-correlation).

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_prev, n_C_prev)
        Activations of the previous layer for a batch of `m` signals. Left unchanged.
    W : ndarray, shape (f, n_C_prev, n_C)
        The weights of `n_C` filters. Left unchanged.
    b : ndarray, shape (1, 1, n_C)
        One bias for each filter. Left unchanged.
    hparameters : dict
        `"stride"`: the step in samples, at least 1. `"pad"`: the number of zeros at each end, at
        least 0. Left unchanged.

    Returns
    -------
    Z : ndarray, shape (m, n, n_C)
        The output of the layer, where ::

            n = floor((n_prev + 2 * pad - f) / stride) + 1

    cache : tuple
        `(A_prev, W, b, hparameters)`, as they were given.

    Notes
    -----
    The reference raises `ValueError` if shapes do not fit, `stride` or `pad` is not a whole number
    in its range, or the filter is longer than the padded signal; yours need not.

    Source: the lecture notes, "1D and 3D Generalizations".
    """
    return _convolve(A_prev, W, b, hparameters, axes=1), (A_prev, W, b, hparameters)


@exercise("beyond-images")
def conv3d_forward(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: dict
) -> tuple[np.ndarray, tuple]:
    """Forward pass of a convolutional layer over scans or films, before its activation function.

    Every volume is padded with zeros on all six sides. Each filter, a small block, then moves
    through it in steps of `stride`, along rows, columns and depth, and gives one number at each
    place where it lies wholly inside the padded volume: the sum over its products with the volume,
    over all channels, plus its bias. The filters are not flipped (cross-correlation).

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_D_prev, n_C_prev)
        Activations of the previous layer for a batch of `m` volumes; height, width and depth may
        differ. Left unchanged.
    W : ndarray, shape (f, f, f, n_C_prev, n_C)
        The weights of `n_C` filters. Left unchanged.
    b : ndarray, shape (1, 1, 1, 1, n_C)
        One bias for each filter. Left unchanged.
    hparameters : dict
        `"stride"`: the step in voxels, at least 1. `"pad"`: the width of the border of zeros in
        voxels, at least 0. Left unchanged.

    Returns
    -------
    Z : ndarray, shape (m, n_H, n_W, n_D, n_C)
        The output of the layer, where ::

            n_H = floor((n_H_prev + 2 * pad - f) / stride) + 1
            n_W = floor((n_W_prev + 2 * pad - f) / stride) + 1
            n_D = floor((n_D_prev + 2 * pad - f) / stride) + 1

    cache : tuple
        `(A_prev, W, b, hparameters)`, as they were given.

    Notes
    -----
    The reference raises `ValueError` if shapes do not fit, `stride` or `pad` is not a whole number
    in its range, or the filter is larger than the padded volume; yours need not.

    Source: the lecture notes, "1D and 3D Generalizations"; S. Ji, W. Xu, M. Yang and K. Yu, "3D
    convolutional neural networks for human action recognition", 2013.
    """
    return _convolve(A_prev, W, b, hparameters, axes=3), (A_prev, W, b, hparameters)


def _convolve(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: Mapping, axes: int
) -> np.ndarray:
    """The forward pass over examples with this many spatial axes."""
    A_prev, W, b, stride, pad = _layer(A_prev, W, b, hparameters, axes)
    X = np.pad(A_prev, [(0, 0), *[(pad, pad)] * axes, (0, 0)]) if pad else A_prev
    f, n_C_prev, n_C = W.shape[-3:]
    sizes = [_steps(n, f, stride) for n in X.shape[1:-1]]

    # The way without copies takes many products, and computes windows that no output needs, at the
    # ends of the axes: it pays where examples are large, filters few and rows long.
    large = math.prod(sizes) >= f * _PRODUCT_ROWS
    unneeded = math.prod(X.shape[2:-1]) / math.prod(sizes[1:]) - 1
    if stride == 1 and n_C_prev >= 16 and large and n_C * unneeded <= 4:
        return _correlate_in_place(X, W, b)
    return _correlate_columns(X, W, b, stride)


def _correlate_columns(X: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int) -> np.ndarray:
    """All windows of `X` as the rows of a matrix, times all filters: any stride, any size."""
    f, n_C = W.shape[0], W.shape[-1]
    windows = _windows(X, f, stride)
    places = windows.shape[: X.ndim - 1]
    filters = W.reshape(-1, n_C)
    Z = np.empty((*places, n_C), dtype=X.dtype)
    for block in _blocks(places, len(filters) * X.itemsize, least=_BLOCK_WINDOWS):
        z = Z[block].reshape(-1, n_C)
        np.matmul(_columns(windows[block]), filters, out=z)
        z += b.reshape(-1)
    return Z


def _correlate_in_place(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross-correlation with stride 1 that copies no window.

    Call a line along the last axis a row, and its entries pixels. In memory the `f` pixels that one
    row of a filter covers are `f * n_C_prev` numbers in a row, and the next `f` pixels follow at
    once. So every f-th window of a row of pixels is a row of a matrix that is there already, and
    `f` such matrices, begun at pixels 0 to f - 1, are all windows. The products with the rows of
    the filters add up to the output. Windows that run over the end of an axis are computed too,
    and left out at the end.
    """
    m, *padded, n_C_prev = X.shape
    f, n_C = W.shape[0], W.shape[-1]
    filter_rows = W.reshape(-1, f * n_C_prev, n_C)
    # How many pixels after the first of a window its rows begin.
    begins = [np.ravel_multi_index((*row, 0), padded) for row in np.ndindex(W.shape[:-3])]
    first, *others = (_steps(n, f, 1) for n in padded)
    inside = (slice(None), *map(slice, others))
    step = math.prod(padded[1:])
    beyond = np.ravel_multi_index((0, *[f - 1] * len(others)), padded)
    Z = np.empty((m, first, *others, n_C), dtype=X.dtype)
    for x, z in zip(X, Z):
        x = x.reshape(-1)
        for (block,) in _blocks((first,), step * n_C * X.itemsize):
            n = block.stop - block.start
            total, product = np.empty((2, n * step, n_C), dtype=X.dtype)
            last = n * step - beyond
            for i, begin in enumerate(begins):
                for j in range(min(f, last)):
                    count = len(range(j, last, f))
                    start = (block.start * step + begin + j) * n_C_prev
                    windows = x[start : start + count * f * n_C_prev].reshape(count, -1)
                    np.matmul(windows, filter_rows[i], out=(product if i else total)[j:last:f])
                if i:
                    total[:last] += product[:last]
            np.add(total.reshape(n, *padded[1:], n_C)[inside], b.reshape(-1), out=z[block])
    return Z


def _steps(size: int, f: int, stride: int) -> int:
    """How many places a window of `f` has on an axis of `size` (padding included)."""
    return (size - f) // stride + 1


def _places(offset: int, n: int, stride: int) -> slice:
    """The entry at `offset` in each of `n` windows, as a slice of an axis."""
    return slice(offset, offset + (n - 1) * stride + 1, stride)


def _windows(X: np.ndarray, f: int, stride: int, writeable: bool = False) -> np.ndarray:
    """All windows of a batch: a view, nothing is copied.

    The shape is that of the output, and then that of a window: for images
    (m, n_H, n_W, f, f, n_C).
    """
    axes = X.ndim - 2
    windows = sliding_window_view(X, (f,) * axes, range(1, axes + 1), writeable=writeable)
    taken = (slice(None), *[slice(None, None, stride)] * axes)
    return np.moveaxis(windows[taken], axes + 1, -1)


def _columns(windows: np.ndarray) -> np.ndarray:
    """The windows as rows of a matrix, shape (windows, numbers in a window)."""
    half = windows.ndim // 2
    places, window = windows.shape[:half], windows.shape[half:]
    shape = math.prod(places), math.prod(window)
    if math.prod(window[-2:]) < 16:
        # So little of a window lies together that copying along the image is the faster way.
        order = (*range(half, 2 * half), *range(half))
        return windows.transpose(order).reshape(shape[::-1]).T
    return windows.reshape(shape)


def _fold(combine: np.ufunc, parts: list[np.ndarray]) -> np.ndarray:
    """Combine arrays of one shape: their sum or their maximum, entry by entry."""
    total, *others = parts
    if others:
        total = combine(total, others[0])
    for part in others[1:]:
        combine(total, part, out=total)
    return total


def _blocks(sizes: Sequence[int], each: int, least: int = 1) -> Iterator[tuple[slice, ...]]:
    """Cut work into blocks that fit the cache.

    Parameters
    ----------
    sizes : sequence of int
        The axes of the work, such as examples and rows of output.
    each : int
        The bytes of memory that one entry along the last axis takes.
    least : int
        The fewest entries that are worth a block.

    Yields
    ------
    block : tuple of slice
        A part of each axis, in the order of memory: single entries along the first axes, some
        along one, all along those that follow.
    """
    n = max(_BLOCK_BYTES // max(each, 1), least, 1)
    axis = 0
    while axis < len(sizes) - 1 and math.prod(sizes[axis + 1 :]) > n:
        axis += 1
    whole = [slice(0, size) for size in sizes[axis + 1 :]]
    together = max(n // math.prod(sizes[axis + 1 :]), 1)
    for place in np.ndindex(*sizes[:axis]):
        single = [slice(i, i + 1) for i in place]
        for start in range(0, sizes[axis], together):
            yield *single, slice(start, min(start + together, sizes[axis])), *whole


def _floating(*arrays: np.ndarray) -> np.dtype:
    """The type to compute in: that of the arrays if it is a floating one, else float64."""
    dtype = np.result_type(*arrays)
    return dtype if dtype.kind == "f" else np.dtype(np.float64)


def _array(value: np.ndarray, name: str, shape: tuple[str | int, ...]) -> np.ndarray:
    """`value` as an array of real numbers with as many dimensions as `shape` has entries.

    Numbers in `shape` are demanded, letters only named in the message.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} has dtype {array.dtype}, but it must hold real numbers")
    fits = array.ndim == len(shape) and all(
        isinstance(want, str) or size == want for size, want in zip(array.shape, shape)
    )
    if not fits:
        wanted = f"({', '.join(map(str, shape))})"
        raise ValueError(f"{name} has shape {array.shape}, but it must have the shape {wanted}")
    return array


def _volume(value: np.ndarray, name: str) -> np.ndarray:
    return _array(value, name, ("m", "n_H", "n_W", "n_C"))


def _same_shape(array: np.ndarray, name: str, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(
            f"{name} has shape {array.shape}, but it must have the shape {shape} of the output "
            "that belongs to the cache"
        )


def _whole(value: int, name: str, least: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise ValueError(f"{name} is {value!r}, but it must be a whole number of at least {least}")
    return number


def _sizes(shape: Sequence[int], name: str) -> tuple[int, ...]:
    """A shape as a tuple of whole numbers."""
    try:
        sizes = tuple(shape)
    except TypeError:
        raise ValueError(f"{name} is {shape!r}, but it must be a tuple of whole numbers") from None
    return tuple(_whole(size, f"{name}[{k}]", least=1) for k, size in enumerate(sizes))


def _times(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))


def _settings(hparameters: Mapping, **least: int) -> list[int]:
    """Whole numbers out of `hparameters`, each at least as large as said."""
    wanted = " and ".join(map(repr, least))
    if not isinstance(hparameters, Mapping):
        raise ValueError(f"hparameters is {hparameters!r}, but it must be a dict with {wanted}")
    for name in least:
        if name not in hparameters:
            raise ValueError(f"hparameters has no {name!r}, but it must have {wanted}")
    return [_whole(hparameters[name], f"hparameters[{name!r}]", low) for name, low in least.items()]


def _cached(cache: tuple, names: tuple[str, ...]) -> tuple:
    if not isinstance(cache, tuple | list) or len(cache) != len(names):
        what = f"a tuple of {len(cache)}" if isinstance(cache, tuple) else repr(cache)
        raise ValueError(f"cache is {what}, but it must be the tuple ({', '.join(names)})")
    return tuple(cache)


# What examples, their sizes and filters are called, by the number of spatial axes.
_NAMES = {
    1: ("signal", ("n_prev",), "at least one sample long", "second"),
    2: ("image", ("n_H_prev", "n_W_prev"), "square, f by f, f >= 1", "third"),
    3: ("volume", ("n_H_prev", "n_W_prev", "n_D_prev"), "cubes, f by f by f, f >= 1", "fourth"),
}


def _layer(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: Mapping, axes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """The arguments of a convolutional layer, checked, the arrays of one floating type."""
    example, sizes, sides, place = _NAMES[axes]
    A_prev = _array(A_prev, "A_prev", ("m", *sizes, "n_C_prev"))
    W = _array(W, "W", (*"f" * axes, "n_C_prev", "n_C"))
    f, n_C_prev, n_C = W.shape[-3:]
    if f < 1 or set(W.shape[:axes]) != {f}:
        raise ValueError(f"W has shape {W.shape}, but its filters must be {sides}")
    if n_C_prev != A_prev.shape[-1]:
        raise ValueError(
            f"W has shape {W.shape}, but its {place} size must be the {A_prev.shape[-1]} channels "
            f"of A_prev, whose shape is {A_prev.shape}"
        )
    b = _array(b, "b", (*[1] * (axes + 1), n_C))
    stride, pad = _settings(hparameters, stride=1, pad=0)
    padded = [n + 2 * pad for n in A_prev.shape[1:-1]]
    if f > min(padded):
        raise ValueError(
            f"W has filters of {_times([f] * axes)}, but they must not be larger than the padded "
            f"{example}, {_times(padded)} (A_prev has shape {A_prev.shape}, pad is {pad})"
        )
    dtype = _floating(A_prev, W, b)
    A_prev, W, b = (array.astype(dtype, copy=False) for array in (A_prev, W, b))
    return A_prev, W, b, stride, pad


def _pooling(A_prev: np.ndarray, hparameters: Mapping, mode: str) -> tuple[np.ndarray, int, int]:
    """The arguments of a pooling layer, checked, the array of a floating type."""
    A_prev = _array(A_prev, "A_prev", ("m", "n_H_prev", "n_W_prev", "n_C"))
    f, stride = _settings(hparameters, f=1, stride=1)
    if f > min(A_prev.shape[1:3]):
        raise ValueError(
            f"hparameters['f'] is {f}, but the window must not be larger than the image, "
            f"{A_prev.shape[1]} x {A_prev.shape[2]} (A_prev has shape {A_prev.shape})"
        )
    if mode not in ("max", "average"):
        raise ValueError(f"mode is {mode!r}, but it must be 'max' or 'average'")
    return A_prev.astype(_floating(A_prev), copy=False), f, stride
