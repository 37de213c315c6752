"""Takes the first axis for the batch."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = [input_shape[0]]
    for k in range(1, len(input_shape) - 1):
        n = input_shape[k]
        f = filter_shape[k - 1]
        sizes.append((n + 2 * pad - f) // stride + 1)
    sizes.append(filter_shape[-1])
    return tuple(sizes)
