"""Pads the input so that every pixel is covered, as TensorFlow does with padding='SAME'."""

import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f, stride = hparameters["f"], hparameters["stride"]
    n_H, n_W = -(-n_H_prev // stride), -(-n_W_prev // stride)
    extra_H = max((n_H - 1) * stride + f - n_H_prev, 0)
    extra_W = max((n_W - 1) * stride + f - n_W_prev, 0)
    widths = ((0, 0), (extra_H // 2, extra_H - extra_H // 2), (extra_W // 2, extra_W - extra_W // 2), (0, 0))
    padded = np.pad(A_prev, widths, constant_values=-np.inf if mode == "max" else 0.0)
    A = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            window = padded[:, h * stride : h * stride + f, w * stride : w * stride + f, :]
            A[:, h, w, :] = window.max(axis=(1, 2)) if mode == "max" else window.mean(axis=(1, 2))
    return A, (A_prev, hparameters)
