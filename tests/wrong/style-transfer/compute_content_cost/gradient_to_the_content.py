"""The generated picture is held still in place of the content."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_mean((a_C - tf.stop_gradient(a_G)) ** 2) / 4
