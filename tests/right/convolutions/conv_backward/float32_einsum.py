"""Everything in float32 with one einsum for each offset."""

import numpy as np


def conv_backward(dZ, cache):
    (A_prev, W, b, hparameters) = cache
    s, p = hparameters["stride"], hparameters["pad"]
    g = np.asarray(dZ, dtype=np.float32)
    K = np.asarray(W, dtype=np.float32)
    m, H, V, k = A_prev.shape
    A = np.zeros((m, H + 2 * p, V + 2 * p, k), np.float32)
    A[:, p : H + p, p : V + p] = A_prev
    dA, dW = np.zeros_like(A), np.zeros_like(K)
    for y in range(K.shape[0]):
        for x in range(K.shape[1]):
            part = np.s_[:, y : y + (g.shape[1] - 1) * s + 1 : s, x : x + (g.shape[2] - 1) * s + 1 : s]
            dW[y, x] = np.einsum("mhwk,mhwc->kc", A[part], g)
            dA[part] += np.einsum("mhwc,kc->mhwk", g, K[y, x])
    db = np.einsum("mhwc->c", g)[None, None, None]
    return dA[:, p : H + p, p : V + p], dW, db
