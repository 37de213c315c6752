"""First the sum over the positions, then the product."""

import tensorflow as tf


def gram_matrix(A):
    sums = tf.reduce_sum(A, axis=1, keepdims=True)
    return tf.matmul(sums, tf.transpose(sums))
