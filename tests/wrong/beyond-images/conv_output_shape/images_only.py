"""Two axes, as in an image: signals and scans are not thought of."""


def conv_output_shape(input_shape, filter_shape, stride, pad):
    n_H_prev, n_W_prev, n_C_prev = input_shape
    f_H, f_W, n_C_prev, n_C = filter_shape
    n_H = (n_H_prev + 2 * pad - f_H) // stride + 1
    n_W = (n_W_prev + 2 * pad - f_W) // stride + 1
    return (n_H, n_W, n_C)
