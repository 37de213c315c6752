"""Refuses a stride that is larger than the image, where a single window is left."""

import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    if s > min(n_H_prev, n_W_prev):
        raise ValueError("the stride is larger than the image")
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    n_H, n_W = (X.shape[1] - f) // s + 1, (X.shape[2] - f) // s + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            window = X[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, axes=3)
    return Z + b, (A_prev, W, b, hparameters)
