"""The difference as one long vector, multiplied with itself."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    v = tf.reshape(a_C - a_G, [-1])
    return tf.tensordot(v, v, axes=1) / (4 * len(v))
