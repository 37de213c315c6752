"""The sum starts anew for each channel."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    for k in range(n_C):
        total = 0.0
        for other in range(n_C):
            of_S = tf.reduce_sum(a_S[..., k] * a_S[..., other])
            of_G = tf.reduce_sum(a_G[..., k] * a_G[..., other])
            total += (of_S - of_G) ** 2
    return total / (2 * n_H * n_W * n_C) ** 2
