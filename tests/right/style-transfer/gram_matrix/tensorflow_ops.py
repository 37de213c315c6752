"""A matrix product with the transpose."""

import tensorflow as tf


def gram_matrix(A):
    return tf.linalg.matmul(A, tf.transpose(A))
