"""With f = 1 the caller's own array comes back."""

import numpy as np


def causal_pad(X, f):
    if f == 1:
        return X
    return np.concatenate([np.zeros((len(X), f - 1, X.shape[2])), X], axis=1)
