"""Summed in float64, handed back as float32."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    a_C, a_G = tf.cast(a_C, tf.float64), tf.cast(a_G, tf.float64)
    total = tf.reduce_sum(tf.pow(a_C - a_G, 2))
    return tf.cast(total / tf.cast(4 * tf.size(a_C), tf.float64), tf.float32)
