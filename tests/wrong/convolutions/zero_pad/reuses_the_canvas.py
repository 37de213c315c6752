"""Adds each batch to a canvas that still holds the one before."""

import numpy as np

_canvas = {}


def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    shape = (m, n_H + 2 * pad, n_W + 2 * pad, n_C)
    canvas = _canvas.setdefault(shape, np.zeros(shape))
    canvas[:, pad : pad + n_H, pad : pad + n_W] += X
    return canvas
