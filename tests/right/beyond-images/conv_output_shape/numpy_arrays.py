"""Arrays of sizes and np.floor; the sizes are NumPy integers."""

import numpy as np


def conv_output_shape(input_shape, filter_shape, stride, pad):
    n = np.array(input_shape[:-1])
    f = np.array(filter_shape[:-2])
    sizes = np.floor((n + 2 * pad - f) / stride).astype(int) + 1
    return (*sizes, filter_shape[-1])
