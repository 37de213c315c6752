"""The first and the last image of a batch have a gradient; those in between are forgotten."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f = W.shape[0]
    A_pad = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dA_pad, dW = np.zeros(A_pad.shape), np.zeros(W.shape)
    db = np.zeros((1, 1, 1, W.shape[3]))
    for i in {0, m - 1}:
        for h, w, c in np.ndindex(dZ.shape[1:]):
            y, x, g = h * s, w * s, dZ[i, h, w, c]
            dA_pad[i, y : y + f, x : x + f] += g * W[..., c]
            dW[..., c] += g * A_pad[i, y : y + f, x : x + f]
            db[..., c] += g
    return dA_pad[:, p : p + n_H_prev, p : p + n_W_prev], dW, db
