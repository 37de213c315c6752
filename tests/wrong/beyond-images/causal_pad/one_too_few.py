"""f - 2 zeros."""

import numpy as np


def causal_pad(X, f):
    return np.pad(X, ((0, 0), (max(f - 2, 0), 0), (0, 0)))
