"""Calls itself with one axis less."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    if len(input_shape) == 1:
        return (filter_shape[-1],)
    first = (input_shape[0] - filter_shape[0] + pad + pad) // stride + 1
    return (first,) + conv_output_shape(input_shape[1:], filter_shape[1:], stride, pad)
