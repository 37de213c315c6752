"""The result is right, but the caller's array has another shape afterwards."""

import numpy as np


def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    X.resize((m, n_H, n_W * n_C), refcheck=False)
    rows = np.pad(X, ((0, 0), (pad, pad), (pad * n_C, pad * n_C)))
    return rows.reshape(m, n_H + 2 * pad, n_W + 2 * pad, n_C)
