"""The gradient is stopped in one of the two factors."""

import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, tf.stop_gradient(tf.transpose(A)))
