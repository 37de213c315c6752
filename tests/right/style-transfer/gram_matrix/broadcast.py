"""Every row against every row by broadcasting."""

import tensorflow as tf


def gram_matrix(A):
    return tf.reduce_sum(tf.expand_dims(A, 0) * tf.expand_dims(A, 1), -1)
