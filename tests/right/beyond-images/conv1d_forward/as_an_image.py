"""A signal is an image of height 1: windows over both axes."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(A_prev, W, b, stride, pad_H, pad_W):
    X = np.pad(A_prev, ((0, 0), (pad_H, pad_H), (pad_W, pad_W), (0, 0)))
    windows = sliding_window_view(X, W.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, W.transpose(2, 0, 1, 3), axes=3) + b


def conv1d_forward(A_prev, W, b, hparameters):
    images, filters = A_prev[:, np.newaxis], W[np.newaxis]
    Z = conv2d(images, filters, b[:, np.newaxis], hparameters["stride"], 0, hparameters["pad"])
    return Z[:, 0], (A_prev, W, b, hparameters)
