"""The squares multiplied out; the length of the anchor drops out of the difference."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    A, P, N = (tf.convert_to_tensor(f) for f in y_pred)
    gap = tf.reduce_sum(P * P - N * N - 2 * A * (P - N), axis=1) + alpha
    return tf.reduce_sum(tf.maximum(gap, tf.zeros_like(gap)))
