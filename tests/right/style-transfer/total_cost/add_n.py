"""A list of costs, added up by TensorFlow."""

import tensorflow as tf


def total_cost(J_content, J_style, alpha=10, beta=40):
    return tf.add_n([alpha * J_content, beta * J_style])
