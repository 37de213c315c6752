"""The axis of the columns is moved to the front, not that of the channels."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S = tf.reshape(tf.transpose(a_S, [2, 0, 1, 3]), [n_C, n_H * n_W])
    G = tf.reshape(tf.transpose(a_G, [2, 0, 1, 3]), [n_C, n_H * n_W])
    D = tf.matmul(S, S, transpose_b=True) - tf.matmul(G, G, transpose_b=True)
    return tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2
