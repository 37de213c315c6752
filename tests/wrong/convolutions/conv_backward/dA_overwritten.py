"""Overlapping windows overwrite each other in dA_prev."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    _, n_H, n_W, _ = dZ.shape
    widths = ((0, 0), (pad, pad), (pad, pad), (0, 0))
    A_pad = np.pad(A_prev, widths)
    dA_pad = np.zeros(A_pad.shape)
    dW = np.zeros(W.shape)
    db = np.zeros((1, 1, 1, n_C))
    for i in range(m):
        for h in range(n_H):
            top = h * stride
            for w in range(n_W):
                left = w * stride
                dA_pad[i, top : top + f, left : left + f, :] = 0
                for c in range(n_C):
                    g = dZ[i, h, w, c]
                    dA_pad[i, top : top + f, left : left + f, :] += g * W[:, :, :, c]
                    dW[:, :, :, c] += g * A_pad[i, top : top + f, left : left + f, :]
                    db[0, 0, 0, c] += g
    dA_prev = dA_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev, :]
    return dA_prev, dW, db
