"""Forgets to count up."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    h = 0
    while h < dA.shape[1]:
        rows = slice(h * stride, h * stride + f)
        dA_prev[:, rows] += dA[:, h : h + 1].mean()
    return dA_prev
