"""Splits the pad between the two sides."""

import numpy as np


def zero_pad(X, pad):
    before, after = pad // 2, pad - pad // 2
    return np.pad(X, ((0, 0), (before, after), (before, after), (0, 0)))
