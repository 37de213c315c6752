"""The bias is added once for each channel of the input."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_prev, n_C_prev = A_prev.shape
    f, _, n_C = W.shape
    n = (n_prev + 2 * p - f) // s + 1
    X = np.pad(A_prev, ((0, 0), (p, p), (0, 0)))
    Z = np.zeros((m, n, n_C))
    for t in range(n):
        for c in range(n_C_prev):
            Z[:, t] += X[:, t * s : t * s + f, c] @ W[:, c] + b[0, 0]
    return Z, (A_prev, W, b, hparameters)
