"""The absolute value of every sum."""

import tensorflow as tf


def gram_matrix(A):
    return tf.abs(tf.matmul(A, tf.transpose(A)))
