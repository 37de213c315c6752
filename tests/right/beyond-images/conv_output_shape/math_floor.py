"""math.floor of a fraction."""

import math


def conv_output_shape(input_shape, filter_shape, stride, pad):
    *spatial, n_C_prev = input_shape
    *sides, n_C_prev, n_C = filter_shape
    places = [math.floor((n + 2 * pad - f) / stride + 1) for n, f in zip(spatial, sides)]
    return tuple(places + [n_C])
