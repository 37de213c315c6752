"""An array of integers cuts the fractions off."""

import numpy as np


def causal_pad(X, f):
    m, n, n_C = X.shape
    X_pad = np.zeros((m, f - 1 + n, n_C), dtype=int)
    X_pad[:, f - 1 :] = X
    return X_pad
