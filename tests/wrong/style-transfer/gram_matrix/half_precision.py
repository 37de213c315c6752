"""In float16, which ends at 65,504."""

import tensorflow as tf


def gram_matrix(A):
    A = tf.cast(A, tf.float16)
    return tf.cast(tf.matmul(A, tf.transpose(A)), tf.float32)
