"""All in float32, returned as a NumPy float32."""

import numpy as np


def conv_single_step(a_slice_prev, W, b):
    a = np.asarray(a_slice_prev, np.float32).ravel()
    w = np.asarray(W, np.float32).ravel()
    return np.float32(a @ w) + np.float32(b.item())
