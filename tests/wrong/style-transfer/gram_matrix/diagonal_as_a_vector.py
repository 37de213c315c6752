"""Each channel's own sum of squares, as a vector."""

import tensorflow as tf


def gram_matrix(A):
    return tf.reduce_sum(A * A, axis=1)
