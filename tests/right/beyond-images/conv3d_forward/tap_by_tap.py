"""A matrix product for each voxel of the filters, in float32."""

import numpy as np


def conv3d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (p, p), (0, 0))).astype(np.float32)
    f = W.shape[0]
    n_H, n_W, n_D = ((size - f) // s + 1 for size in X.shape[1:4])
    Z = np.zeros((len(X), n_H, n_W, n_D, W.shape[4]), np.float32) + b.astype(np.float32)
    for i, j, k in np.ndindex(f, f, f):
        part = X[:, i : i + s * n_H : s, j : j + s * n_W : s, k : k + s * n_D : s]
        Z += part @ W[i, j, k].astype(np.float32)
    return Z, (A_prev, W, b, hparameters)
