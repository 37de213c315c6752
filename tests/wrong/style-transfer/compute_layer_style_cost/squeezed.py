"""Axes of length 1 are squeezed away before the shape is read."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S, G = tf.squeeze(a_S), tf.squeeze(a_G)
    D = tf.tensordot(S, S, axes=[[0], [0]]) - tf.tensordot(G, G, axes=[[0], [0]])
    if len(S.shape) == 3:
        D = tf.einsum("hwk,hwl->kl", S, S) - tf.einsum("hwk,hwl->kl", G, G)
    return tf.reduce_sum(D**2) / (2 * n_H * n_W * n_C) ** 2
