"""An array of whole numbers in place of a tuple."""

import numpy as np


def conv_output_shape(input_shape, filter_shape, stride, pad):
    n = np.asarray(input_shape)
    f = np.asarray(filter_shape)
    return np.append((n[:-1] + 2 * pad - f[:-2]) // stride + 1, f[-1])
