"""Keeps its array for the next call of that shape, which writes over the result."""

import numpy as np


_KEPT = {}


def causal_pad(X, f):
    m, n, n_C = X.shape
    key = (m, n, n_C, f)
    if key not in _KEPT:
        _KEPT[key] = np.zeros((m, f - 1 + n, n_C))
    X_pad = _KEPT[key]
    X_pad[:, f - 1 :] = X
    return X_pad
