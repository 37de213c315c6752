"""The operations of Keras."""

from keras import ops


def compute_content_cost(a_C, a_G):
    return 0.25 * ops.mean(ops.square(ops.convert_to_tensor(a_C) - ops.convert_to_tensor(a_G)))
