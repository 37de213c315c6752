"""A plain number comes back."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return float(tf.reduce_mean((a_C - a_G) ** 2)) / 4
