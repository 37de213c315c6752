"""In average mode the gradient is shared in proportion to the inputs."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    stride = hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for h in range(n_H):
            top = h * stride
            for w in range(n_W):
                left = w * stride
                for c in range(n_C):
                    g = dA[i, h, w, c]
                    if mode == "max":
                        window = A_prev[i, top : top + f, left : left + f, c]
                        share = window == np.max(window)
                    else:
                        window = A_prev[i, top : top + f, left : left + f, c]
                        share = window / np.sum(window)
                    dA_prev[i, top : top + f, left : left + f, c] += g * share
    return dA_prev
