"""Multiplies the two sums in place of summing the products."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev) * np.sum(W) + b[0, 0, 0]
