"""Everything is made a float32 tensor first."""

import tensorflow as tf


def total_cost(J_content, J_style, alpha=10, beta=40):
    alpha = tf.cast(alpha, tf.float32)
    beta = tf.cast(beta, tf.float32)
    return alpha * tf.cast(J_content, tf.float32) + beta * tf.cast(J_style, tf.float32)
