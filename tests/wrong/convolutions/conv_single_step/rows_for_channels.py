"""Runs over as many channels as the window has rows."""


def conv_single_step(a_slice_prev, W, b):
    f = W.shape[0]
    total = float(b[0, 0, 0])
    for i in range(f):
        for j in range(f):
            for c in range(min(f, W.shape[2])):
                total += a_slice_prev[i, j, c] * W[i, j, c]
    return total
