"""By Fourier transform, in one product for each filter."""

import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    X = np.pad(np.asarray(A_prev, float), ((0, 0), (p, p), (p, p), (0, 0)))
    size = X.shape[1:3]
    spectrum = np.fft.rfft2(X, axes=(1, 2))
    filters = np.fft.rfft2(np.asarray(W, float), s=size, axes=(0, 1))
    Z = np.fft.irfft2(np.einsum("mhwc,hwck->mhwk", spectrum, filters.conj()), s=size, axes=(1, 2))
    Z = Z[:, : size[0] - f + 1 : s, : size[1] - f + 1 : s] + b
    return Z, (A_prev, W, b, hparameters)
