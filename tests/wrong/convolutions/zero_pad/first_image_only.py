"""Pads the first image of the batch and leaves the others empty."""

import numpy as np


def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    X_pad = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    X_pad[0, pad : pad + n_H, pad : pad + n_W, :] = X[0]
    return X_pad
