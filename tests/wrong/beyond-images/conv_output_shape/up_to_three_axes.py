"""One case for each of 1, 2 and 3 axes, and none beyond."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    def size(k):
        return (input_shape[k] + 2 * pad - filter_shape[k]) // stride + 1

    n_C = filter_shape[-1]
    if len(input_shape) == 2:
        return (size(0), n_C)
    if len(input_shape) == 3:
        return (size(0), size(1), n_C)
    if len(input_shape) == 4:
        return (size(0), size(1), size(2), n_C)
