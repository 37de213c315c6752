"""A list in place of a tuple: np.zeros takes both."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    shape = []
    for n, f in zip(input_shape[:-1], filter_shape):
        shape += [int((n + 2 * pad - f) / stride) + 1]
    return shape + [filter_shape[-1]]
