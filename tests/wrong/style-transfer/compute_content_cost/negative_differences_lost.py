"""A ReLU on the differences."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.reduce_mean(tf.nn.relu(a_G - a_C) ** 2) / 4
