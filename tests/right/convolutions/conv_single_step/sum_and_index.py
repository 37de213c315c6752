"""Sum of products, the bias taken out by its index."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W)
    Z = np.sum(s)
    return Z + b[0, 0, 0]
