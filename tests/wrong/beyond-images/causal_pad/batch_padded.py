"""Signals of zeros in front of the batch."""

import numpy as np


def causal_pad(X, f):
    return np.concatenate([np.zeros((f - 1,) + X.shape[1:]), X])
