"""Each channel with itself is left out."""

import tensorflow as tf


def gram_matrix(A):
    G = tf.matmul(A, tf.transpose(A))
    return G - tf.linalg.diag(tf.linalg.diag_part(G))
