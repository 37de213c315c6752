"""Divided by the number of positions."""

import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, tf.transpose(A)) / A.shape[1]
