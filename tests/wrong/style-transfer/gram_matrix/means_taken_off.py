"""The covariance: each channel's mean is taken off."""

import tensorflow as tf


def gram_matrix(A):
    A = A - tf.reduce_mean(A, axis=1, keepdims=True)
    return tf.matmul(A, tf.transpose(A))
