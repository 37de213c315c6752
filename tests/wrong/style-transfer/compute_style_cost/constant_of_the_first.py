"""Every layer has the constant of the first."""

import tensorflow as tf


def gram(a):
    A = tf.reshape(a, [-1, a.shape[3]])
    return tf.matmul(A, A, transpose_a=True)


def compute_style_cost(a_S, a_G, weights):
    _, n_H, n_W, n_C = a_G[0].shape
    J = sum(w * tf.reduce_sum((gram(s) - gram(g)) ** 2) for s, g, w in zip(a_S, a_G, weights))
    return J / (2 * n_H * n_W * n_C) ** 2
