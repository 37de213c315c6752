"""One pass for each position inside the window; a mask against the pooled output."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    _, n_H, n_W, _ = dA.shape
    parts = [
        np.s_[:, y : y + (n_H - 1) * s + 1 : s, x : x + (n_W - 1) * s + 1 : s, :]
        for y in range(f)
        for x in range(f)
    ]
    dA_prev = np.zeros(A_prev.shape)
    top = np.max([A_prev[part] for part in parts], axis=0)
    for part in parts:
        if mode == "max":
            dA_prev[part] += np.where(A_prev[part] == top, dA, 0)
        elif mode == "average":
            dA_prev[part] += dA / f**2
    return dA_prev
