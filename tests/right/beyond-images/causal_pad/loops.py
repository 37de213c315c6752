"""Number by number into an array of zeros."""

import numpy as np


def causal_pad(X, f):
    m, n, n_C = X.shape
    X_pad = np.zeros((m, f - 1 + n, n_C))
    for i in range(m):
        for t in range(n):
            for c in range(n_C):
                X_pad[i, t + f - 1, c] = X[i, t, c]
    return X_pad
