"""Returns an array of shape (1, 1, 1), not a scalar."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W) + b
