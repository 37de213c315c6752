"""Everything is added up."""

import tensorflow as tf


def gram_matrix(A):
    return tf.reduce_sum(tf.matmul(A, tf.transpose(A)))
