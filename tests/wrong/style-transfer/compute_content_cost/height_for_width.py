"""The height stands for the width, too."""

import tensorflow as tf


def compute_content_cost(a_C, a_G):
    _, n_H, _, n_C = a_G.shape
    return tf.reduce_sum((a_C - a_G) ** 2) / (4 * n_H * n_H * n_C)
