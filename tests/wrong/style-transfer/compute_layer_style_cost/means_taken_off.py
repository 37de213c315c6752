"""The covariance: each channel's mean is taken off."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S = tf.transpose(tf.reshape(a_S, [n_H * n_W, n_C]))
    G = tf.transpose(tf.reshape(a_G, [n_H * n_W, n_C]))
    S = S - tf.reduce_mean(S, axis=1, keepdims=True)
    G = G - tf.reduce_mean(G, axis=1, keepdims=True)
    D = tf.matmul(S, S, transpose_b=True) - tf.matmul(G, G, transpose_b=True)
    return tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2
