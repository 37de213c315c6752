"""Loops over windows, all filters at once; pad = 0 handled by a branch."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    A_pad = np.pad(A_prev, [(0, 0), (p, p), (p, p), (0, 0)])
    dA_pad = np.zeros_like(A_pad)
    dW = np.zeros_like(W)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            rows, columns = slice(h * s, h * s + f), slice(w * s, w * s + f)
            g = dZ[:, h, w, :]
            dA_pad[:, rows, columns, :] += np.einsum("mc,yxkc->myxk", g, W)
            dW += np.einsum("mc,myxk->yxkc", g, A_pad[:, rows, columns, :])
    db = np.sum(dZ, axis=(0, 1, 2), keepdims=True)
    dA_prev = dA_pad if p == 0 else dA_pad[:, p:-p, p:-p, :]
    return dA_prev, dW, db
