"""The gradient goes to the first maximum by argmax."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros_like(A_prev)
    for i, h, w, c in np.ndindex(dA.shape):
        if mode == "max":
            window = A_prev[i, h * s : h * s + f, w * s : w * s + f, c]
            y, x = divmod(int(np.argmax(window)), window.shape[1])
            dA_prev[i, h * s + y, w * s + x, c] += dA[i, h, w, c]
        else:
            dA_prev[i, h * s : h * s + f, w * s : w * s + f, c] += dA[i, h, w, c] / f**2
    return dA_prev
