"""Where several numbers are the largest, each of them gets the gradient as often as there are such."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        place = np.s_[i, h * s : h * s + f, w * s : w * s + f, c]
        if mode == "average":
            dA_prev[place] += dA[i, h, w, c] / f**2
            continue
        mask = A_prev[place] == A_prev[place].max()
        for _ in np.argwhere(mask):
            dA_prev[place] += dA[i, h, w, c] * mask
    return dA_prev
