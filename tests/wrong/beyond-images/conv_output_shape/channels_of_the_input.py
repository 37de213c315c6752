"""The output keeps the channels of the input."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = []
    for k in range(len(input_shape) - 1):
        n = input_shape[k]
        f = filter_shape[k]
        sizes.append((n + 2 * pad - f) // stride + 1)
    sizes.append(input_shape[-1])
    return tuple(sizes)
