"""An outer product for each position, added up."""

import tensorflow as tf


def gram_matrix(A):
    columns = tf.transpose(A)
    return tf.reduce_sum(columns[:, :, tf.newaxis] * columns[:, tf.newaxis, :], axis=0)
