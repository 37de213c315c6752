"""A window gives its gradient only where a single number is the largest: after a ReLU much is lost."""

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
        window = A_prev[place]
        mask = window == window.max()
        if mask.sum() == 1:
            dA_prev[place] += dA[i, h, w, c] * mask
    return dA_prev
