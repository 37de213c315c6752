"""Plain loops over every number."""

import numpy as np


def zero_pad(X, pad):
    (m, n_H, n_W, n_C) = X.shape
    out = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    out[i, h + pad, w + pad, c] = X[i, h, w, c]
    return out
