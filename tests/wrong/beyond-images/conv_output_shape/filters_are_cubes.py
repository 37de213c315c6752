"""The first side of a filter stands for all."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = []
    for k in range(len(input_shape) - 1):
        n = input_shape[k]
        f = filter_shape[0]
        sizes.append((n + 2 * pad - f) // stride + 1)
    sizes.append(filter_shape[-1])
    return tuple(sizes)
