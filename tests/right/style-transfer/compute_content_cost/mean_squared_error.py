"""The mean of the squares, which has the sizes in it."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_mean((a_C - a_G) ** 2) / 4
