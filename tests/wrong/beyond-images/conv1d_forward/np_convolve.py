"""np.convolve turns the filter round."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_prev, n_C_prev = A_prev.shape
    f, _, n_C = W.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (0, 0)))
    n = (n_prev + 2 * p - f) // s + 1
    Z = np.zeros((m, n, n_C))
    for i in range(m):
        for k in range(n_C):
            for c in range(n_C_prev):
                Z[i, :, k] += np.convolve(X[i, :, c], W[:, c, k], mode="valid")[::s]
    return Z + b, (A_prev, W, b, hparameters)
