"""Slow, plain answers that the hidden checks of "beyond-images" compare with.

One function for any number of spatial axes, from the definition: index by index, without a padded
copy, so that it shares neither code nor idea with the package's functions.
"""

import numpy as np

from coursekit.checks.oracles import oracle


def places(n: int, f: int, stride: int, pad: int) -> list[int]:
    """Where a filter of `f` may begin on an axis of `n`, seen from the axis without its zeros."""
    found, start = [], -pad
    while start + f <= n + pad:
        found.append(start)
        start += stride
    return found


def shape_by_counting(shape: tuple, filters: tuple, stride: int, pad: int) -> tuple[int, ...]:
    """The shape of a layer's output, by counting the places along each axis."""
    sizes = [len(places(n, f, stride, pad)) for n, f in zip(shape[:-1], filters[:-2], strict=True)]
    return (*sizes, filters[-1])


@oracle
def correlate_loop(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int, pad: int
) -> np.ndarray:
    """Cross-correlation of a batch with filters; what lies outside counts as zero.

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_1, ..., n_d, n_C_prev)
    W : ndarray, shape (f, ..., f, n_C_prev, n_C)
    b : ndarray, shape (1, ..., 1, n_C)
    stride, pad : int

    Returns
    -------
    ndarray, shape (m, n_1', ..., n_d', n_C)
        Every window that fits into the padded input.
    """
    m, *spatial, n_C_prev = A_prev.shape
    *sides, _, n_C = W.shape
    starts = [places(n, f, stride, pad) for n, f in zip(spatial, sides, strict=True)]
    # Plain numbers in dicts: Python looks them up faster than NumPy.
    inputs = {place: float(A_prev[place]) for place in np.ndindex(*A_prev.shape)}
    weights = {place: float(W[place]) for place in np.ndindex(*W.shape)}
    Z = np.zeros((m, *map(len, starts), n_C))
    for i, *at, c in np.ndindex(*Z.shape):
        total = float(b.ravel()[c])
        for tap in np.ndindex(*sides):
            where = tuple(begin[k] + t for begin, k, t in zip(starts, at, tap))
            for k in range(n_C_prev):
                total += inputs.get((i, *where, k), 0.0) * weights[*tap, k, c]
        Z[i, *at, c] = total
    return Z


@oracle
def zeros_in_front(X: np.ndarray, f: int) -> np.ndarray:
    """The signals of `X (m, n, n_C)` behind `f - 1` zeros, number by number."""
    m, n, n_C = X.shape
    out = np.zeros((m, n + f - 1, n_C))
    for i, t, c in np.ndindex(*X.shape):
        out[i, t + f - 1, c] = X[i, t, c]
    return out
