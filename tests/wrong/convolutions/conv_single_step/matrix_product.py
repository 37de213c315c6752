"""Multiplies as matrices, not number by number."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    total = 0.0
    for c in range(W.shape[2]):
        total += np.sum(np.dot(a_slice_prev[:, :, c], W[:, :, c]))
    return total + b[0, 0, 0]
