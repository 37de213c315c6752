"""A slice of an array of zeros."""

import numpy as np


def causal_pad(X, f):
    m, n, n_C = X.shape
    X_pad = np.zeros((m, n + f - 1, n_C), dtype=X.dtype)
    X_pad[:, f - 1 :, :] = X
    return X_pad
