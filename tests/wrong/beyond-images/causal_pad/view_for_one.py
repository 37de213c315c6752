"""With f = 1 a view of the caller's array comes back."""

import numpy as np


def causal_pad(X, f):
    if f == 1:
        return X[:]
    return np.pad(X, ((0, 0), (f - 1, 0), (0, 0)))
