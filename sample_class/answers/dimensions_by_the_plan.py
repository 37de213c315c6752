"""Follows the plan, one function calling the other; / makes sizes that np.zeros does not take."""

import numpy as np


def conv_output_shape(input_shape, filter_shape, stride, pad):
    n = np.array(input_shape[:-1])
    f = np.array(filter_shape[:-2])
    return (*np.floor((n + 2 * pad - f) / stride + 1), filter_shape[-1])


def conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    (n, n_C) = conv_output_shape(A_prev.shape[1:], W.shape, stride, pad)
    m, f = len(A_prev), len(W)
    Z = np.zeros((m, n, n_C))
    X = np.pad(A_prev, ((0, 0), (pad, pad), (0, 0)))
    for i in range(m):
        for t in range(n):
            for c in range(n_C):
                Z[i, t, c] = np.sum(X[i, t * stride : t * stride + f] * W[:, :, c]) + b[0, 0, c]
    return Z, (A_prev, W, b, hparameters)


def conv3d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    (n_H, n_W, n_D, n_C) = conv_output_shape(A_prev.shape[1:], W.shape, stride, pad)
    m, f = len(A_prev), len(W)
    Z = np.zeros((m, n_H, n_W, n_D, n_C))
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (pad, pad), (0, 0)))
    for i, h, w, d, c in np.ndindex(Z.shape):
        window = X[
            i,
            h * stride : h * stride + f,
            w * stride : w * stride + f,
            d * stride : d * stride + f,
        ]
        Z[i, h, w, d, c] = np.sum(window * W[..., c]) + b[0, 0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
