"""The windows move by f; the stride is not read."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    stride = f
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for h in range(n_H):
            top = min(h * stride, A_prev.shape[1] - f)
            for w in range(n_W):
                left = min(w * stride, A_prev.shape[2] - f)
                for c in range(n_C):
                    g = dA[i, h, w, c]
                    if mode == "max":
                        window = A_prev[i, top : top + f, left : left + f, c]
                        share = window == np.max(window)
                    else:
                        share = np.full((f, f), 1 / (f * f))
                    dA_prev[i, top : top + f, left : left + f, c] += g * share
    return dA_prev
