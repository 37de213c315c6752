"""A^T A where the matrix is square and either product has the right shape."""

import tensorflow as tf


def gram_matrix(A):
    n_C, n = A.shape
    return tf.matmul(A, tf.transpose(A)) if n_C != n else tf.matmul(tf.transpose(A), A)
