"""A filter larger than the input gives nothing, whatever the pad."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = []
    for k in range(len(input_shape) - 1):
        n = input_shape[k]
        f = filter_shape[k]
        if f > n:
            return None
        sizes.append((n + 2 * pad - f) // stride + 1)
    sizes.append(filter_shape[-1])
    return tuple(sizes)
