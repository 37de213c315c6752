"""Loops over pairs of channels; the style does not change and needs no gradient."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    a_S = tf.stop_gradient(a_S)
    _, n_H, n_W, n_C = a_G.shape
    total = tf.constant(0.0)
    for k in range(n_C):
        for other in range(n_C):
            of_S = tf.reduce_sum(a_S[0, :, :, k] * a_S[0, :, :, other])
            of_G = tf.reduce_sum(a_G[0, :, :, k] * a_G[0, :, :, other])
            total += (of_S - of_G) ** 2
    return total / (2 * n_H * n_W * n_C) ** 2
