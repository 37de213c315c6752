"""Takes the settings by their order in the dict, not by their names."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters.values()
    m, n_prev, _ = A_prev.shape
    f, _, n_C = W.shape
    n = (n_prev + 2 * pad - f) // stride + 1
    Z = np.zeros((m, n, n_C))
    X = np.pad(A_prev, ((0, 0), (pad, pad), (0, 0)))
    for i in range(m):
        for t in range(n):
            window = X[i, t * stride : t * stride + f]
            for c in range(n_C):
                Z[i, t, c] = np.sum(window * W[:, :, c]) + b[0, 0, c]
    return Z, (A_prev, W, b, hparameters)
