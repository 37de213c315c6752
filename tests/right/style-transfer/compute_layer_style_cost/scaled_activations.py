"""The constant is spread over the activations, before any product."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    n_C = a_S.shape[-1]
    scale = (2 * a_S.shape[1] * a_S.shape[2] * n_C) ** 0.5
    S, G = (tf.reshape(a, (-1, n_C)) / scale for a in (a_S, a_G))
    return tf.reduce_sum((tf.transpose(S) @ S - tf.transpose(G) @ G) ** 2)
