"""The operator @."""

import tensorflow as tf


def gram_matrix(A):
    A = tf.convert_to_tensor(A)
    return A @ tf.linalg.matrix_transpose(A)
