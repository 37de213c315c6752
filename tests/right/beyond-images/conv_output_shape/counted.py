"""Counts the places where a filter may begin."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    d = len(input_shape) - 1
    starts = [range(-pad, input_shape[k] + pad - filter_shape[k] + 1, stride) for k in range(d)]
    return tuple(map(len, starts)) + filter_shape[-1:]
