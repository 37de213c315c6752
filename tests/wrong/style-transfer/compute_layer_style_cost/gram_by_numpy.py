"""The Gram matrices are computed by NumPy in between."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    grams = []
    for a in (a_S, a_G):
        A = a.numpy().reshape(-1, n_C)
        grams.append(tf.constant(A.T @ A))
    return tf.reduce_sum((grams[0] - grams[1]) ** 2) / (2 * n_H * n_W * n_C) ** 2
