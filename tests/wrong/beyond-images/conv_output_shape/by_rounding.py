"""Rounds to the nearest."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    spatial = []
    for n, f in zip(input_shape[:-1], filter_shape[:-2]):
        spatial.append(round((n + 2 * pad - f) / stride) + 1)
    return (*spatial, filter_shape[-1])
