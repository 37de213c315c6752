"""np.correlate in full, cut to the pad: there is no more than f - 1."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_prev, n_C_prev = A_prev.shape
    f, _, n_C = W.shape
    cut = max(0, f - 1 - pad)
    Z = []
    for a in A_prev:
        for c in range(n_C):
            full = sum(np.correlate(a[:, k], W[:, k, c], "full") for k in range(n_C_prev))
            Z.append(full[cut : len(full) - cut : stride] + b[0, 0, c])
    return np.reshape(Z, (m, n_C, -1)).transpose(0, 2, 1), (A_prev, W, b, hparameters)
