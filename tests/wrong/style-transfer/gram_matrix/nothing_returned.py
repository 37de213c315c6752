"""No return statement."""

import tensorflow as tf


def gram_matrix(A):
    G = tf.matmul(A, tf.transpose(A))
    print(G.shape)
