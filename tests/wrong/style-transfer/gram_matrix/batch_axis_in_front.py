"""A batch of one."""

import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, tf.transpose(A))[tf.newaxis]
