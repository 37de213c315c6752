"""The largest singular value in place of all of them."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S, G = (tf.reshape(a, [n_H * n_W, n_C]) for a in (a_S, a_G))
    D = tf.matmul(S, S, transpose_a=True) - tf.matmul(G, G, transpose_a=True)
    return tf.norm(D, ord=2, axis=[0, 1]) ** 2 / (2 * n_H * n_W * n_C) ** 2
