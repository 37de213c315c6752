"""The signal is moved, and its end is cut off."""

import numpy as np


def causal_pad(X, f):
    X_pad = np.zeros(X.shape)
    X_pad[:, f - 1 :] = X[:, : X.shape[1] - f + 1]
    return X_pad
