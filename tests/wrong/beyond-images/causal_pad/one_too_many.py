"""f zeros."""

import numpy as np


def causal_pad(X, f):
    m, n, n_C = X.shape
    X_pad = np.zeros((m, n + f, n_C))
    X_pad[:, f:] = X
    return X_pad
