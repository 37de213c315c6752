"""No return statement."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    J_content = tf.reduce_mean((a_C - a_G) ** 2) / 4
    print(float(J_content))
