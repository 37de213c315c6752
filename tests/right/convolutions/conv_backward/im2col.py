"""Windows as rows of one matrix, two matrix products, and col2im."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    _, n_H, n_W, _ = dZ.shape
    A_pad = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(A_pad, (f, f), axis=(1, 2))[:, ::s, ::s]
    columns = view.transpose(0, 1, 2, 4, 5, 3).reshape(m * n_H * n_W, f * f * n_C_prev)
    flat = dZ.reshape(m * n_H * n_W, n_C)
    dW = (columns.T @ flat).reshape(W.shape)
    back = (flat @ W.reshape(-1, n_C).T).reshape(m, n_H, n_W, f, f, n_C_prev)
    dA_pad = np.zeros(A_pad.shape, dtype=back.dtype)
    for y in range(f):
        for x in range(f):
            dA_pad[:, y : y + n_H * s : s, x : x + n_W * s : s][:, :n_H, :n_W] += back[:, :, :, y, x]
    db = flat.sum(axis=0).reshape(1, 1, 1, n_C)
    return dA_pad[:, p : p + n_H_prev, p : p + n_W_prev], dW, db
