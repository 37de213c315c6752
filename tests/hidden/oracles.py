"""Slow, plain answers that hidden checks of the forward pass compare with.

Each is written from the definition, index by index and without a padded copy, so that it
shares neither code nor idea with the package's functions.
"""

import numpy as np

from coursekit.checks.oracles import oracle


@oracle
def pad_loop(X: np.ndarray, pad: int) -> np.ndarray:
    """Zero padding of `X (m, n_H, n_W, n_C)`, number by number."""
    m, n_H, n_W, n_C = X.shape
    out = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    for i, h, w, c in np.ndindex(*out.shape):
        y, x = h - pad, w - pad
        if 0 <= y < n_H and 0 <= x < n_W:
            out[i, h, w, c] = X[i, y, x, c]
    return out


def step_loop(a_slice_prev: np.ndarray, W: np.ndarray, b: np.ndarray) -> float:
    """The sum of products of two arrays `(f, f, n_C_prev)`, and the one number in `b`."""
    total = b.item()
    for place in np.ndindex(*W.shape):
        total += float(a_slice_prev[place]) * float(W[place])
    return total


@oracle
def correlate_loop(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int, pad: int
) -> np.ndarray:
    """Cross-correlation of a batch with filters; what lies outside an image counts as zero.

    Parameters
    ----------
    A_prev : ndarray, shape (m, n_H_prev, n_W_prev, n_C_prev)
    W : ndarray, shape (f, f, n_C_prev, n_C)
    b : ndarray, shape (1, 1, 1, n_C)
    stride, pad : int

    Returns
    -------
    ndarray, shape (m, n_H, n_W, n_C)
        Every window that fits into the padded image.
    """
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    tops = range(-pad, n_H_prev + pad - f + 1, stride)
    lefts = range(-pad, n_W_prev + pad - f + 1, stride)
    Z = np.zeros((m, len(tops), len(lefts), n_C))
    for i, h, w, c in np.ndindex(*Z.shape):
        total = float(b[0, 0, 0, c])
        for dy in range(f):
            for dx in range(f):
                y, x = tops[h] + dy, lefts[w] + dx
                if 0 <= y < n_H_prev and 0 <= x < n_W_prev:
                    for k in range(A_prev.shape[3]):
                        total += float(A_prev[i, y, x, k]) * float(W[dy, dx, k, c])
        Z[i, h, w, c] = total
    return Z
