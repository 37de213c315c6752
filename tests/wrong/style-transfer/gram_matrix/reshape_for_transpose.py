"""A reshape where a transpose is due."""

import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, tf.reshape(A, (A.shape[1], A.shape[0])))
