"""In float16, which ends at 65,504."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    d = tf.cast(a_C - a_G, tf.float16)
    return tf.cast(tf.reduce_sum(d * d), tf.float32) / tf.cast(4 * tf.size(d), tf.float32)
