"""Notes the length of the filter for later."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    m, n_prev, n_C_prev = A_prev.shape
    f, n_C_prev, n_C = W.shape
    hparameters["f"] = f
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n = (n_prev + 2 * pad - f) // stride + 1
    Z = np.zeros((m, n, n_C))
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (0, 0)))
    for i in range(m):
        for t in range(n):
            start = t * stride
            a_slice = A_prev_pad[i, start : start + f, :]
            for c in range(n_C):
                Z[i, t, c] = np.sum(a_slice * W[:, :, c]) + b[0, 0, c]
    cache = (A_prev, W, b, hparameters)
    return Z, cache
