"""Sees the first channel only."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev[:, :, 0] * W[:, :, 0]) + b[0, 0, 0]
