"""A root, squared afterwards: it has no slope where the blocks are equal."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    distance = tf.reduce_sum((a_C - a_G) ** 2) ** 0.5
    return distance**2 / (4 * n_H * n_W * n_C)
