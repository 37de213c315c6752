"""One number for each picture of the batch."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_mean((a_C - a_G) ** 2, axis=[1, 2, 3]) / 4
