"""The axis of the channels moved to the front by a permutation."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    n_H, n_W, n_C = a_S.shape[1], a_S.shape[2], a_S.shape[3]
    grams = []
    for a in (a_S, a_G):
        A = tf.reshape(tf.transpose(a, perm=[3, 0, 1, 2]), (n_C, n_H * n_W))
        grams.append(tf.linalg.matmul(A, A, transpose_b=True))
    cost = tf.math.squared_difference(grams[0], grams[1])
    return tf.reduce_sum(cost) / tf.square(tf.cast(2 * n_H * n_W * n_C, tf.float32))
