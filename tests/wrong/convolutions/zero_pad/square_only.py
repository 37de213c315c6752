"""Uses the height for the width."""

import numpy as np


def zero_pad(X, pad):
    m, n, _, n_C = X.shape
    X_pad = np.zeros((m, n + 2 * pad, n + 2 * pad, n_C))
    for i in range(m):
        for h in range(n):
            for w in range(n):
                X_pad[i, h + pad, w + pad] = X[i, h, w]
    return X_pad
