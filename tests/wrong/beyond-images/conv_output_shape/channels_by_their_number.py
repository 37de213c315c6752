"""Leaves out each size that equals the number of channels."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    spatial = [n for n in input_shape if n != input_shape[-1]]
    sizes = [(n + 2 * pad - f) // stride + 1 for n, f in zip(spatial, filter_shape)]
    return (*sizes, filter_shape[-1])
