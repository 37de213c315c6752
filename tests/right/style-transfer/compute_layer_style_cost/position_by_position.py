"""A loop over the positions that adds up outer products; the batch axis stays to the end."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    m, n_H, n_W, n_C = a_G.shape
    D = tf.zeros((m, n_C, n_C))
    for i in range(n_H):
        for j in range(n_W):
            s, g = a_S[:, i, j], a_G[:, i, j]
            D += s[:, :, None] * s[:, None, :] - g[:, :, None] * g[:, None, :]
    return tf.squeeze(tf.reduce_sum(D**2, axis=[1, 2]) / (2 * n_H * n_W * n_C) ** 2)
