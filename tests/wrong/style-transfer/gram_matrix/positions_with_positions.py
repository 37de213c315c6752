"""A^T A: positions with positions."""

import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, A, transpose_a=True)
