"""Rounds up: a window may stick out."""

import math


def conv_output_shape(input_shape, filter_shape, stride, pad):
    spatial = [
        math.ceil((n + 2 * pad - f) / stride) + 1
        for n, f in zip(input_shape[:-1], filter_shape[:-2])
    ]
    return (*spatial, filter_shape[-1])
