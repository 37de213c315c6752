"""A loop over the channels, with a sum that grows."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    _, n_H, n_W, n_C = a_C.shape
    total = 0.0
    for c in range(n_C):
        total += tf.reduce_sum((a_C[:, :, :, c] - a_G[:, :, :, c]) ** 2)
    return total / (4 * n_H * n_W * n_C)
