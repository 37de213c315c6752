"""SciPy on a dZ spread out with zeros between its entries."""

import numpy as np
from scipy import signal


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    A_pad = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    H, V = A_pad.shape[1] - f + 1, A_pad.shape[2] - f + 1
    spread = np.zeros((m, H, V, n_C))
    spread[:, ::s, ::s] = dZ
    dA_pad, dW = np.zeros(A_pad.shape), np.zeros(W.shape)
    for i in range(m):
        for k in range(n_C_prev):
            for c in range(n_C):
                dA_pad[i, :, :, k] += signal.convolve(spread[i, :, :, c], W[:, :, k, c], method="direct")
                dW[:, :, k, c] += signal.correlate(A_pad[i, :, :, k], spread[i, :, :, c], "valid", "direct")
    dA_prev = dA_pad[:, p : p + n_H_prev, p : p + n_W_prev, :]
    return dA_prev, dW, dZ.sum((0, 1, 2), keepdims=True)
