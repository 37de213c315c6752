"""Full correlation with the turned filter by padding dZ with f - 1 - pad, taken as zero where it would be negative."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    _, n_H, n_W, _ = dZ.shape
    A_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    room = max(f - 1 - pad, 0)
    spread = np.zeros((m, n_H_prev + f - 1, n_W_prev + f - 1, n_C))
    rows = spread[:, room : room + (n_H - 1) * stride + 1 : stride]
    rows = rows[:, :, room : room + (n_W - 1) * stride + 1 : stride]
    rows += dZ[:, : rows.shape[1], : rows.shape[2]]
    turned = W[::-1, ::-1]
    dA_prev = np.zeros(A_prev.shape)
    dW = np.zeros(W.shape)
    for y in range(f):
        for x in range(f):
            dA_prev += spread[:, y : y + n_H_prev, x : x + n_W_prev] @ turned[y, x].T
            seen = A_pad[:, y : y + (n_H - 1) * stride + 1 : stride, x : x + (n_W - 1) * stride + 1 : stride]
            dW[y, x] = np.tensordot(seen, dZ, axes=([0, 1, 2], [0, 1, 2]))
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    return dA_prev, dW, db
