"""No unrolling: an einsum over both axes of places."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    n = a_G.shape[1] * a_G.shape[2] * a_G.shape[3]
    difference = tf.einsum("mijk,mijl->kl", a_S, a_S) - tf.einsum("mijk,mijl->kl", a_G, a_G)
    return tf.einsum("kl,kl->", difference, difference) / (2 * n) ** 2
