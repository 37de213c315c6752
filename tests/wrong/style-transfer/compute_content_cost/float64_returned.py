"""Computed in float64, and left there."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    d = tf.cast(a_C, tf.float64) - tf.cast(a_G, tf.float64)
    return tf.reduce_mean(d**2) / 4
