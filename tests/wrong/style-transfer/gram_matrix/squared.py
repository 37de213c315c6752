"""Every sum is squared."""

import tensorflow as tf


def gram_matrix(A):
    return tf.square(tf.matmul(A, tf.transpose(A)))
