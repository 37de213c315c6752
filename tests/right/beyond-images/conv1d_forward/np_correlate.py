"""np.correlate of each channel with its taps."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_prev, n_C_prev = A_prev.shape
    f, _, n_C = W.shape
    n = int((n_prev + 2 * p - f) / s + 1)
    Z = np.zeros((m, n, n_C))
    for i in range(m):
        for k in range(n_C):
            total = 0
            for c in range(n_C_prev):
                longer = np.zeros(n_prev + 2 * p)
                longer[p : p + n_prev] = A_prev[i, :, c]
                total = total + np.correlate(longer, W[:, c, k], mode="valid")
            Z[i, :, k] = total[::s] + b[0, 0, k]
    return Z, (A_prev, W, b, hparameters)
