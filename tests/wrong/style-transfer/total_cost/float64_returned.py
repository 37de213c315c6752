"""Computed in float64, and left there."""

import tensorflow as tf


def total_cost(J_content, J_style, alpha=10, beta=40):
    J_content, J_style = tf.cast(J_content, tf.float64), tf.cast(J_style, tf.float64)
    return alpha * J_content + beta * J_style
