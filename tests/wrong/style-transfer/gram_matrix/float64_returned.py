"""Computed in float64, and left there."""

import tensorflow as tf


def gram_matrix(A):
    A = tf.cast(A, tf.float64)
    return tf.matmul(A, tf.transpose(A))
