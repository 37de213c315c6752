"""The activations themselves are compared, as for the content."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    return tf.reduce_sum((a_S - a_G) ** 2) / (2 * n_H * n_W * n_C) ** 2
