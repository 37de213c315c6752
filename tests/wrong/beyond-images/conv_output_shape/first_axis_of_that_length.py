"""Looks an axis up by its length, and finds the first of two that are as long."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = []
    for n in input_shape[:-1]:
        f = filter_shape[input_shape.index(n)]
        sizes.append((n + 2 * pad - f) // stride + 1)
    return (*sizes, filter_shape[-1])
