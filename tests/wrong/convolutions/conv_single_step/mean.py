"""Takes the mean of the products in place of their sum."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    return np.mean(a_slice_prev * W) + b[0, 0, 0]
