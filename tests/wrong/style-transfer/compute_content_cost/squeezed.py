"""Axes of length 1 are squeezed away before the shape is read."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    a_C, a_G = tf.squeeze(a_C), tf.squeeze(a_G)
    if len(a_C.shape) == 2:
        n = a_C.shape[0] * a_C.shape[1]
    else:
        n_H, n_W, n_C = a_C.shape
        n = n_H * n_W * n_C
    return tf.reduce_sum((a_C - a_G) ** 2) / (4 * n)
