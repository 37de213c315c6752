"""The number is right, but it was added up inside the caller's bias."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    b += np.sum(a_slice_prev * W)
    return b.item()
