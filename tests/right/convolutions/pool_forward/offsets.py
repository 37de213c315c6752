"""One pass for each position inside the window, vectorized over everything else."""

import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    n_H = int((A_prev.shape[1] - f) / s + 1)
    n_W = int((A_prev.shape[2] - f) / s + 1)
    shifted = [
        A_prev[:, y : y + (n_H - 1) * s + 1 : s, x : x + (n_W - 1) * s + 1 : s, :]
        for y in range(f)
        for x in range(f)
    ]
    if mode == "max":
        A = np.maximum.reduce(shifted)
    elif mode == "average":
        A = sum(shifted) / (f * f)
    return A, (A_prev, hparameters)
