"""Builds the matrix of the whole linear layer and transposes it; float64; db as nested lists."""

import numpy as np


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    _, n_H, n_W, _ = dZ.shape
    position = np.arange(n_H_prev * n_W_prev).reshape(n_H_prev, n_W_prev)
    position = np.pad(position, p, constant_values=-1)
    dA = np.zeros((m, n_H_prev * n_W_prev + 1, n_C_prev))
    source = np.concatenate([A_prev.reshape(m, -1, n_C_prev), np.zeros((m, 1, n_C_prev))], axis=1)
    dW = np.zeros((f * f, n_C_prev, n_C))
    K = W.reshape(f * f, n_C_prev, n_C)
    for h in range(n_H):
        for w in range(n_W):
            index = position[h * s : h * s + f, w * s : w * s + f].ravel()
            contribution = np.einsum("mc,tkc->mtk", dZ[:, h, w], K)
            np.add.at(dA, (slice(None), index), contribution)
            dW += np.einsum("mtk,mc->tkc", source[:, index], dZ[:, h, w])
    dA_prev = dA[:, :-1].reshape(A_prev.shape)
    return [dA_prev, dW.reshape(W.shape), dZ.sum(axis=(0, 1, 2), keepdims=True).tolist()]
