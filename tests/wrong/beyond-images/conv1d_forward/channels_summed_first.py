"""The channels are summed before the filters see them."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (p, p), (0, 0)))
    windows = sliding_window_view(X, W.shape[0], axis=1)[:, ::s]
    Z = np.einsum("mtj,jk->mtk", windows.sum(axis=2), W.sum(axis=1)) + b
    return Z, (A_prev, W, b, hparameters)
