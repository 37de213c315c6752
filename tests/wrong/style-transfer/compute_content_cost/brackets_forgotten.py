"""Without brackets only the 4 is below the line."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return 1 / 4 * n_H * n_W * n_C * tf.reduce_sum((a_C - a_G) ** 2)
