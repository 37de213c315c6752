"""A filter of one gets no zeros, whatever the pad."""

import numpy as np


def conv3d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_D_prev, _ = A_prev.shape
    f, n_C = W.shape[0], W.shape[-1]
    pad = pad if f > 1 else 0
    n_H = (n_H_prev + 2 * pad - f) // stride + 1
    n_W = (n_W_prev + 2 * pad - f) // stride + 1
    n_D = (n_D_prev + 2 * pad - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_D, n_C))
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (pad, pad), (0, 0)))
    for i, h, w, d, c in np.ndindex(*Z.shape):
        h0, w0, d0 = h * stride, w * stride, d * stride
        block = X[i, h0 : h0 + f, w0 : w0 + f, d0 : d0 + f]
        Z[i, h, w, d, c] = np.sum(block * W[..., c]) + b[0, 0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)
