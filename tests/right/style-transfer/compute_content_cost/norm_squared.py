"""The norm, squared: TensorFlow gives its root the slope 0 here."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    return tf.norm(a_C - a_G) ** 2 / (4 * tf.cast(tf.size(a_G), tf.float32))
