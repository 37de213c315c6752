"""Cuts the middle out of a result of the input's size: off by one for even filters."""

import numpy as np
from scipy.signal import correlate


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, _, _, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    r = (f - 1) // 2
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows, columns = X.shape[1], X.shape[2]
    n_H = (rows - f) // stride + 1
    n_W = (columns - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for c in range(n_C):
            same = sum(
                correlate(X[i, :, :, k], W[:, :, k, c], mode="same", method="direct")
                for k in range(n_C_prev)
            )
            middle = same[r : r + (n_H - 1) * stride + 1 : stride]
            Z[i, :, :, c] = middle[:, r : r + (n_W - 1) * stride + 1 : stride] + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
