"""A reshape straight to (n_C, n_H * n_W): channels and positions are mixed."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S = tf.reshape(a_S, [n_C, n_H * n_W])
    G = tf.reshape(a_G, [n_C, n_H * n_W])
    D = tf.matmul(S, S, transpose_b=True) - tf.matmul(G, G, transpose_b=True)
    return tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2
