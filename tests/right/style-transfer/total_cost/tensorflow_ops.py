"""The operations of TensorFlow."""

import tensorflow as tf


def total_cost(J_content, J_style, alpha=10, beta=40):
    return tf.add(tf.multiply(J_content, alpha), tf.multiply(J_style, beta))
