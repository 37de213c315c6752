"""The constant is a whole number of 32 bits, and overflows for large layers."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    n_C = a_G.shape[3]
    S, G = tf.reshape(a_S, [-1, n_C]), tf.reshape(a_G, [-1, n_C])
    D = tf.matmul(S, S, transpose_a=True) - tf.matmul(G, G, transpose_a=True)
    n = 2 * tf.size(a_G)
    return tf.reduce_sum(D**2) / tf.cast(n * n, tf.float32)
