"""Where channels are many, rows of pixels are cut into windows without a copy; a row of less than
2f - 1 pixels holds no window that begins at f - 1, and none is asked for."""

import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    f, _, n_C_prev, n_C = W.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    m, n_H_pad, n_W_pad, _ = X.shape
    n_H, n_W = (n_H_pad - f) // s + 1, (n_W_pad - f) // s + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    if s == 1 and n_C_prev >= 16:
        filter_rows = W.reshape(f, f * n_C_prev, n_C)
        for e, h, i, j in np.ndindex(m, n_H, f, f):
            count = (n_W_pad - j) // f
            row = X[e, h + i].reshape(-1)[j * n_C_prev : (j + count * f) * n_C_prev]
            Z[e, h, j::f] += row.reshape(count, -1) @ filter_rows[i]
    else:
        for h, w in np.ndindex(n_H, n_W):
            window = X[:, h * s : h * s + f, w * s : w * s + f]
            Z[:, h, w] = np.tensordot(window, W, axes=3)
    return Z + b, (A_prev, W, b, hparameters)
