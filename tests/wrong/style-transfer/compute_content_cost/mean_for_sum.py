"""The mean of the squares: the 4 is missing."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_mean(tf.square(a_C - a_G))
