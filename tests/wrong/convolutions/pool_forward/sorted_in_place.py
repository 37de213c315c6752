"""Sorts windows in the input to find the maximum; overlapping windows then see moved values."""

import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f, stride = hparameters["f"], hparameters["stride"]
    n_H = 1 + (n_H_prev - f) // stride
    n_W = 1 + (n_W_prev - f) // stride
    A = np.empty((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            window = A_prev[:, h * stride : h * stride + f, w * stride : w * stride + f, :]
            if mode == "max":
                window.sort(axis=1)
                A[:, h, w, :] = window[:, -1].max(axis=1)
            else:
                A[:, h, w, :] = window.mean(axis=(1, 2))
    return A, (A_prev, hparameters)
