"""The unrolled blocks are stored where the activations were."""

import tensorflow as tf


def compute_style_cost(a_S, a_G, weights):
    J = 0.0
    for i, weight in enumerate(weights):
        _, n_H, n_W, n_C = a_G[i].shape
        a_S[i] = tf.reshape(a_S[i], [n_H * n_W, n_C])
        a_G[i] = tf.reshape(a_G[i], [n_H * n_W, n_C])
        D = tf.transpose(a_S[i]) @ a_S[i] - tf.transpose(a_G[i]) @ a_G[i]
        J += weight * tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2
    return J
