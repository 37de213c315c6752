"""Both Gram matrices at once: a difference of squares is a sum times a difference."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S, G = (tf.reshape(a, [n_H * n_W, n_C]) for a in (a_S, a_G))
    M = tf.matmul(S + G, S - G, transpose_a=True)
    return tf.reduce_sum(((M + tf.transpose(M)) / 2) ** 2) / (2 * n_H * n_W * n_C) ** 2
