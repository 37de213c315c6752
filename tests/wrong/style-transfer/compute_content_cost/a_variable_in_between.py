"""The generated activations are copied into a variable: the tape knows it not."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    copy = tf.Variable(a_G)
    return tf.reduce_mean((a_C - copy) ** 2) / 4
