"""Correlates dZ with the turned filter under 'same' padding: right only for stride 1 and pad = (f - 1) / 2."""

import numpy as np
from scipy import signal


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    pad = hparameters["pad"]
    f = W.shape[0]
    A_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev, dW = np.zeros(A_prev.shape), np.zeros(W.shape)
    for i in range(A_prev.shape[0]):
        for k in range(A_prev.shape[3]):
            for c in range(W.shape[3]):
                dA_prev[i, :, :, k] += signal.convolve(dZ[i, :, :, c], W[:, :, k, c], mode="same")
                dW[:, :, k, c] += signal.correlate(A_pad[i, :, :, k], dZ[i, :, :, c], mode="valid")
    return dA_prev, dW, dZ.sum(axis=(0, 1, 2), keepdims=True)
