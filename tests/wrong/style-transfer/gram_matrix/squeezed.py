"""Axes of length 1 are lost."""

import tensorflow as tf


def gram_matrix(A):
    return tf.squeeze(tf.matmul(A, tf.transpose(A)))
