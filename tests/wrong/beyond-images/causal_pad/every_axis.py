"""Batch and channels get zeros too."""

import numpy as np


def causal_pad(X, f):
    return np.pad(X, (f - 1, 0))
