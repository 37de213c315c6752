"""np.floor gives 10.0, which np.zeros does not take for a size."""

import numpy as np


def conv_output_shape(input_shape, filter_shape, stride, pad):
    n = np.array(input_shape[:-1])
    f = np.array(filter_shape[:-2])
    return tuple(np.floor((n + 2 * pad - f) / stride) + 1) + (filter_shape[-1],)
