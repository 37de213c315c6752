"""Transposed before the reshape: all axes turned round, so that columns come before rows."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    n_H, n_W, n_C = a_G.shape[1:]
    S = tf.reshape(tf.transpose(a_S), [n_C, -1])
    G = tf.reshape(tf.transpose(a_G), [n_C, -1])
    difference = tf.matmul(S, S, transpose_b=True) - tf.matmul(G, G, transpose_b=True)
    return tf.reduce_sum(difference**2) * (1 / (2 * n_H * n_W * n_C)) ** 2
