"""Sizes out of the shape, a sum of squares, the constant in front."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    _, n_H, n_W, n_C = a_G.get_shape().as_list()
    difference = tf.subtract(a_C, a_G)
    return 1 / (4 * n_H * n_W * n_C) * tf.reduce_sum(tf.square(difference))
