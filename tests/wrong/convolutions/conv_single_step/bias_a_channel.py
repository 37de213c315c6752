"""Adds the bias once for every channel."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    total = 0.0
    for c in range(W.shape[-1]):
        total += np.sum(a_slice_prev[:, :, c] * W[:, :, c]) + b[0, 0, 0]
    return total
