"""The first and the last sample are repeated."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (p, p), (0, 0)), mode="edge")
    windows = sliding_window_view(X, W.shape[0], axis=1)[:, ::s]
    Z = np.einsum("mtcj,jck->mtk", windows, W) + b
    return Z, (A_prev, W, b, hparameters)
