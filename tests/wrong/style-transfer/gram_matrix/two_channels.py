"""Two channels are taken for granted."""

import tensorflow as tf


def gram_matrix(A):
    a, b = A[0], A[1]
    ab = tf.reduce_sum(a * b)
    return tf.stack([tf.stack([tf.reduce_sum(a * a), ab]), tf.stack([ab, tf.reduce_sum(b * b)])])
