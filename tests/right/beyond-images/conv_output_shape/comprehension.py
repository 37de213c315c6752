"""One line; NumPy integers come out where they went in."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    n, f = input_shape[:-1], filter_shape[:-2]
    return tuple((a + 2 * pad - b) // stride + 1 for a, b in zip(n, f)) + (filter_shape[-1],)
