"""Adds to an array that still holds the last call's result."""

import numpy as np


_buffers = {}


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    n_H = (X.shape[1] - f) // s + 1
    n_W = (X.shape[2] - f) // s + 1
    shape = (X.shape[0], n_H, n_W, W.shape[3])
    Z = _buffers.setdefault((shape, X.shape), np.zeros(shape))
    for i in range(f):
        for j in range(f):
            Z += X[:, i : i + s * n_H : s, j : j + s * n_W : s, :] @ W[i, j]
    Z += b
    return Z, (A_prev, W, b, hparameters)
