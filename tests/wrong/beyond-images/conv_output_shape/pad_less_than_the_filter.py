"""At most f - 1 zeros: places that see zeros alone are left out."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    sizes = [
        (n + 2 * min(pad, f - 1) - f) // stride + 1 for n, f in zip(input_shape[:-1], filter_shape)
    ]
    return (*sizes, filter_shape[-1])
