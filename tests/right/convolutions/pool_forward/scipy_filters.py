"""SciPy's maximum and uniform filters, then the corners that are wanted."""

import numpy as np
from scipy import ndimage


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    size = (1, f, f, 1)
    if mode == "max":
        full = ndimage.maximum_filter(A_prev, size=size)
    else:
        full = ndimage.uniform_filter(A_prev, size=size)
    first = f // 2
    n_H = (A_prev.shape[1] - f) // stride + 1
    n_W = (A_prev.shape[2] - f) // stride + 1
    A = full[:, first::stride, first::stride, :][:, :n_H, :n_W]
    return np.ascontiguousarray(A), (A_prev, hparameters)
