"""One layer of a convolutional network in NumPy: padding, convolution, pooling, both ways.

Arrays are channels last. The letters are those of the chapters: `m` examples, `n_H` rows, `n_W`
columns, `n_C` channels, `f` the side of a filter or of a pooling window. Every function here is
an exercise; what starts with an underscore serves only the reference solutions.

How the reference is fast: a convolution is a matrix product of all windows with all filters, and
matrix products are what NumPy's BLAS does best. The work is cut into blocks that fit the cache.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coursekit.exercises import exercise

# A block of windows should stay in the cache of a core, yet be a matrix worth multiplying.
_BLOCK_BYTES = 2**21
_BLOCK_WINDOWS = 512


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
    cache = (A_prev, W, b, hparameters)
    A_prev, W, b, stride, pad = _layer(A_prev, W, b, hparameters)
    f, _, n_C_prev, n_C = W.shape
    X = zero_pad(A_prev, pad) if pad else A_prev
    n_W = _steps(X.shape[2], f, stride)

    # The product without copies computes windows that no output needs, (f - 1) / n_W of all: it
    # pays where filters are few and rows are long.
    if stride == 1 and n_C_prev >= 16 and n_C * (f - 1) <= 8 * n_W:
        return _correlate_in_place(X, W, b), cache
    return _correlate_columns(X, W, b, stride), cache


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
    for examples, rows in _blocks(m, n_H, n_W_prev * n_C * A_prev.itemsize):
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
    A_prev, W, b, stride, pad = _layer(*_cached(cache, ("A_prev", "W", "b", "hparameters")))
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
    for examples, rows in _blocks(m, n_H, row_bytes, least=_BLOCK_WINDOWS // n_W):
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

    for examples, rows in _blocks(m, n_H, 4 * n_W_prev * n_C * dA.itemsize):
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


def _correlate_columns(X: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int) -> np.ndarray:
    """All windows of `X` as the rows of a matrix, times all filters: any stride, any size."""
    f, _, _, n_C = W.shape
    windows = _windows(X, f, stride)
    m, n_H, n_W = windows.shape[:3]
    filters = W.reshape(-1, n_C)
    Z = np.empty((m, n_H, n_W, n_C), dtype=X.dtype)
    row_bytes = n_W * len(filters) * X.itemsize
    for examples, rows in _blocks(m, n_H, row_bytes, least=_BLOCK_WINDOWS // n_W):
        z = Z[examples, rows].reshape(-1, n_C)
        np.matmul(_columns(windows[examples, rows]), filters, out=z)
        z += b.reshape(-1)
    return Z


def _correlate_in_place(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross-correlation with stride 1 that copies no window.

    In memory the `f` pixels that one row of a filter covers are `f * n_C_prev` numbers in a row,
    and the next `f` pixels follow at once. So every f-th window of a row of pixels is a row of a
    matrix that is there already, and `f` such matrices, begun at pixels 0 to f - 1, are all
    windows. The products with the `f` rows of the filters add up to the output. Windows that run
    over the end of a row of pixels into the next row are computed too, and left out at the end.
    """
    m, n_H_pad, n_W_pad, n_C_prev = X.shape
    f, _, _, n_C = W.shape
    n_H, n_W = _steps(n_H_pad, f, 1), _steps(n_W_pad, f, 1)
    filter_rows = W.reshape(f, f * n_C_prev, n_C)
    Z = np.empty((m, n_H, n_W, n_C), dtype=X.dtype)
    for x, z in zip(X.reshape(m, n_H_pad * n_W_pad * n_C_prev), Z):
        for _, rows in _blocks(1, n_H, n_W_pad * n_C * X.itemsize):
            n = rows.stop - rows.start
            total, product = np.empty((2, n * n_W_pad, n_C), dtype=X.dtype)
            last = n * n_W_pad - f + 1
            for i in range(f):
                for j in range(f):
                    count = len(range(j, last, f))
                    start = ((rows.start + i) * n_W_pad + j) * n_C_prev
                    windows = x[start : start + count * f * n_C_prev].reshape(count, -1)
                    np.matmul(windows, filter_rows[i], out=(product if i else total)[j:last:f])
                if i:
                    total[:last] += product[:last]
            np.add(total.reshape(n, n_W_pad, n_C)[:, :n_W], b[0, 0], out=z[rows])
    return Z


def _steps(size: int, f: int, stride: int) -> int:
    """How many places a window of `f` has on an axis of `size` (padding included)."""
    return (size - f) // stride + 1


def _places(offset: int, n: int, stride: int) -> slice:
    """The entry at `offset` in each of `n` windows, as a slice of an axis."""
    return slice(offset, offset + (n - 1) * stride + 1, stride)


def _windows(X: np.ndarray, f: int, stride: int, writeable: bool = False) -> np.ndarray:
    """All windows of a batch, shape (m, n_H, n_W, f, f, n_C): a view, nothing is copied."""
    windows = sliding_window_view(X, (f, f), axis=(1, 2), writeable=writeable)
    return np.moveaxis(windows[:, ::stride, ::stride], 3, -1)


def _columns(windows: np.ndarray) -> np.ndarray:
    """The windows as rows of a matrix, shape (windows, f * f * n_C)."""
    m, n_H, n_W, f, _, n_C = windows.shape
    if f * n_C < 16:
        # So little of a window lies together that copying along the image is the faster way.
        return windows.transpose(3, 4, 5, 0, 1, 2).reshape(f * f * n_C, m * n_H * n_W).T
    return windows.reshape(m * n_H * n_W, f * f * n_C)


def _fold(combine: np.ufunc, parts: list[np.ndarray]) -> np.ndarray:
    """Combine arrays of one shape: their sum or their maximum, entry by entry."""
    total, *others = parts
    if others:
        total = combine(total, others[0])
    for part in others[1:]:
        combine(total, part, out=total)
    return total


def _blocks(m: int, n_H: int, row_bytes: int, least: int = 1) -> Iterator[tuple[slice, slice]]:
    """Cut a batch into blocks of work that fit the cache.

    Parameters
    ----------
    m, n_H : int
        Examples, and rows of output in each.
    row_bytes : int
        The memory that the work on one row takes.
    least : int
        The fewest rows that are worth a block.

    Yields
    ------
    examples, rows : slice
        Several whole examples, or some rows of one.
    """
    n = max(_BLOCK_BYTES // max(row_bytes, 1), least, 1)
    together = max(n // n_H, 1)
    for example in range(0, m, together):
        for row in range(0, n_H, n):
            yield slice(example, example + together), slice(row, min(row + n, n_H))


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


def _layer(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: Mapping
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """The arguments of a convolutional layer, checked, the arrays of one floating type."""
    A_prev = _array(A_prev, "A_prev", ("m", "n_H_prev", "n_W_prev", "n_C_prev"))
    W = _array(W, "W", ("f", "f", "n_C_prev", "n_C"))
    f, f_W, n_C_prev, n_C = W.shape
    if f != f_W or f < 1:
        raise ValueError(f"W has shape {W.shape}, but its filters must be square, f by f, f >= 1")
    if n_C_prev != A_prev.shape[3]:
        raise ValueError(
            f"W has shape {W.shape}, but its third size must be the {A_prev.shape[3]} channels "
            f"of A_prev, whose shape is {A_prev.shape}"
        )
    b = _array(b, "b", (1, 1, 1, n_C))
    stride, pad = _settings(hparameters, stride=1, pad=0)
    padded = A_prev.shape[1] + 2 * pad, A_prev.shape[2] + 2 * pad
    if f > min(padded):
        raise ValueError(
            f"W has filters of {f} x {f}, but they must not be larger than the padded image, "
            f"{padded[0]} x {padded[1]} (A_prev has shape {A_prev.shape}, pad is {pad})"
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
