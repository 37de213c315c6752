"""A graph, compiled for each shape."""

import tensorflow as tf


@tf.function
def compute_content_cost(a_C, a_G):
    n = tf.size(a_C)
    return tf.reduce_sum((a_C - a_G) ** 2) / tf.cast(4 * n, tf.float32)
