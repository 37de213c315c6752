"""One axis at a time, recursively."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    if len(input_shape) == 1:
        return (filter_shape[-1],)
    n = (input_shape[0] + 2 * pad - filter_shape[0]) // stride + 1
    return (n, *conv_output_shape(input_shape[1:], filter_shape[1:], stride, pad))
