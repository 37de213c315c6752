"""One zero at a time, recursively."""

import numpy as np


def causal_pad(X, f):
    if f == 1:
        return X.copy()
    return np.hstack([np.zeros_like(X[:, :1]), causal_pad(X, f - 1)])
