"""Windows as rows of a table; the output goes back as nested lists."""

import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    f = hparameters["f"]
    stride = hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H = int(np.floor((n_H_prev - f) / stride)) + 1
    n_W = int(np.floor((n_W_prev - f) / stride)) + 1
    columns = []
    for h in range(n_H):
        for w in range(n_W):
            patch = A_prev[:, h * stride : h * stride + f, w * stride : w * stride + f, :]
            columns.append(patch.reshape(m, f * f, n_C))
    table = np.stack(columns, axis=1)
    A = table.max(axis=2) if mode == "max" else table.mean(axis=2)
    return A.reshape(m, n_H, n_W, n_C).tolist(), (A_prev, hparameters)
