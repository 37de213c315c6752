"""Each place of all signals at once, with tensordot."""

import numpy as np


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), (p, p), (0, 0)))
    f = W.shape[0]
    places = range(0, X.shape[1] - f + 1, s)
    Z = [np.tensordot(X[:, t : t + f], W, axes=2) + b[0, 0] for t in places]
    return np.stack(Z, axis=1), (A_prev.copy(), W.copy(), b.copy(), dict(hparameters))
