"""Sums over the depth first: where in depth something is does not count."""

import numpy as np


def conv3d_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_D_prev, n_C_prev = A_prev.shape
    f, f, f, n_C_prev, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = (n_H_prev + 2 * pad - f) // stride + 1
    n_W = (n_W_prev + 2 * pad - f) // stride + 1
    n_D = (n_D_prev + 2 * pad - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_D, n_C))
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (pad, pad), (0, 0)))
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            vert_start = h * stride
            vert_end = vert_start + f
            for w in range(n_W):
                horiz_start = w * stride
                horiz_end = horiz_start + f
                for d in range(n_D):
                    depth_start = d * stride
                    depth_end = depth_start + f
                    a_slice = a_prev_pad[
                        vert_start:vert_end, horiz_start:horiz_end, depth_start:depth_end, :
                    ]
                    for c in range(n_C):
                        Z[i, h, w, d, c] = (
                            np.sum(a_slice.sum(axis=2) * W[..., c].sum(axis=2)) + b[0, 0, 0, 0, c]
                        )
    cache = (A_prev, W, b, hparameters)
    return Z, cache
