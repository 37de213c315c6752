"""A plain Python float, by way of item()."""


def conv_single_step(a_slice_prev, W, b):
    return ((a_slice_prev * W).sum() + b).item()
