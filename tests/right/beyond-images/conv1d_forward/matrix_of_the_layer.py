"""One big matrix that holds each filter at each place."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_prev, n_C_prev = A_prev.shape
    f, _, n_C = W.shape
    n = (n_prev + 2 * pad - f) // stride + 1
    T = np.zeros((n_prev + 2 * pad, n_C_prev, n, n_C))
    for t in range(n):
        T[t * stride : t * stride + f, :, t] = W
    T = T[pad : pad + n_prev].reshape(n_prev * n_C_prev, n * n_C)
    Z = (A_prev.reshape(m, -1) @ T).reshape(m, n, n_C) + b
    return Z, (A_prev, W, b, hparameters)
