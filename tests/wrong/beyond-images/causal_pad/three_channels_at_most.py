"""Copies three channels, as if a signal had no more."""

import numpy as np


def causal_pad(X, f):
    m, n, n_C = X.shape
    X_pad = np.zeros((m, f - 1 + n, n_C))
    for c in range(min(n_C, 3)):
        X_pad[:, f - 1 :, c] = X[:, :, c]
    return X_pad
