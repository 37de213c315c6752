"""Blocks of zeros put around the batch."""

import numpy as np


def zero_pad(X, pad):
    if pad == 0:
        return X.copy()
    m, n_H, n_W, n_C = X.shape
    side = np.zeros((m, n_H, pad, n_C))
    X = np.concatenate([side, X, side], axis=2)
    bar = np.zeros((m, pad, n_W + 2 * pad, n_C))
    return np.concatenate([bar, X, bar], axis=1)
