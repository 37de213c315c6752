"""One big matrix that holds each filter at each place."""

import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, H, V, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    H, V = H + 2 * pad, V + 2 * pad
    n_H, n_W = int((H - f) / stride) + 1, int((V - f) / stride) + 1
    T = np.zeros((n_H, n_W, n_C, H, V, n_C_prev))
    for h in range(n_H):
        for w in range(n_W):
            place = np.s_[h * stride : h * stride + f, w * stride : w * stride + f]
            T[h, w][:, place[0], place[1]] = np.moveaxis(W, 3, 0)
    X = np.zeros((m, H, V, n_C_prev))
    X[:, pad : H - pad, pad : V - pad] = A_prev
    Z = X.reshape(m, -1) @ T.reshape(n_H * n_W * n_C, -1).T
    return Z.reshape(m, n_H, n_W, n_C) + b, (A_prev, W, b, hparameters)
