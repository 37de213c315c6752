"""Under a filter of even length one of the zeros in front goes behind."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_prev, _ = A_prev.shape
    f, _, n_C = W.shape
    n = (n_prev + 2 * pad - f) // stride + 1
    lean = 1 if pad and f % 2 == 0 else 0
    Z = np.zeros((m, n, n_C))
    X = np.pad(A_prev, ((0, 0), (pad - lean, pad + lean), (0, 0)))
    for i in range(m):
        for t in range(n):
            window = X[i, t * stride : t * stride + f]
            for c in range(n_C):
                Z[i, t, c] = np.sum(window * W[:, :, c]) + b[0, 0, c]
    return Z, (A_prev, W, b, hparameters)
