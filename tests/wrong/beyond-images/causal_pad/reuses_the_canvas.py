"""Keeps its array of zeros from call to call."""

import numpy as np

canvas = {}


def causal_pad(X, f):
    m, n, n_C = X.shape
    shape = (m, f - 1 + n, n_C)
    X_pad = canvas.setdefault(shape, np.zeros(shape))
    X_pad[:, f - 1 :] += X
    return X_pad
