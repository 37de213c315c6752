"""Pads the height, then pads height and width: the height grows twice."""

import numpy as np


def zero_pad(X, pad):
    X = np.pad(X, ((0, 0), (pad, pad), (0, 0), (0, 0)))
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
