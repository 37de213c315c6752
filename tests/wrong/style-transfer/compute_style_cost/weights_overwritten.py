"""Weighted costs are stored where the weights were."""

import tensorflow as tf


def layer_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S = tf.transpose(tf.reshape(a_S, [n_H * n_W, n_C]))
    G = tf.transpose(tf.reshape(a_G, [n_H * n_W, n_C]))
    D = tf.matmul(S, S, transpose_b=True) - tf.matmul(G, G, transpose_b=True)
    return tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2


def compute_style_cost(a_S, a_G, weights):
    for i in range(len(weights)):
        weights[i] = weights[i] * layer_cost(a_S[i], a_G[i])
    return tf.add_n(weights)
