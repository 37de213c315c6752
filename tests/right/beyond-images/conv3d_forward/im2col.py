"""Windows as rows of a matrix, by index arrays."""

import numpy as np


def conv3d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, *spatial, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[-1]
    X = np.zeros((m, *(n + 2 * p for n in spatial), n_C_prev))
    inside = [slice(p, p + n) for n in spatial]
    X[(slice(None), *inside)] = A_prev
    sizes = [int((n + 2 * p - f) / s) + 1 for n in spatial]
    h, w, d = (s * np.arange(n)[:, None] + np.arange(f) for n in sizes)
    patches = X[
        :,
        h[:, None, None, :, None, None],
        w[None, :, None, None, :, None],
        d[None, None, :, None, None, :],
    ]
    Z = patches.reshape(m * np.prod(sizes), -1) @ W.reshape(-1, n_C)
    return Z.reshape(m, *sizes, n_C) + b, (A_prev, W, b, hparameters)
