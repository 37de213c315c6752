"""The sum alone."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_sum(tf.square(a_C - a_G))
