"""The 1 is added before the division."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = []
    for k in range(len(input_shape) - 1):
        n = input_shape[k]
        f = filter_shape[k]
        sizes.append((n + 2 * pad - f + 1) // stride)
    sizes.append(filter_shape[-1])
    return tuple(sizes)
