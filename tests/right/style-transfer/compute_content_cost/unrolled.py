"""Both unrolled to a row for each channel first, as a lecture does."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    m, n_H, n_W, n_C = a_G.shape
    a_C_unrolled = tf.transpose(tf.reshape(a_C, shape=[m, n_H * n_W, n_C]), perm=[0, 2, 1])
    a_G_unrolled = tf.transpose(tf.reshape(a_G, shape=[m, n_H * n_W, n_C]), perm=[0, 2, 1])
    squares = tf.math.squared_difference(a_C_unrolled, a_G_unrolled)
    return tf.reduce_sum(squares) / (4.0 * n_H * n_W * n_C)
