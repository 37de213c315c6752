"""Costs are limited, so that nothing blows up."""

import tensorflow as tf


def total_cost(J_content, J_style, alpha=10, beta=40):
    return alpha * tf.minimum(J_content, 100) + beta * tf.minimum(J_style, 100)
