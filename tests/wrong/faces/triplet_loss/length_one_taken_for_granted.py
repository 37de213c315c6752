"""Distances by 2 - 2 times the product, which holds only for encodings of length 1."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    pos_dist = 2 - 2 * tf.reduce_sum(anchor * positive, axis=-1)
    neg_dist = 2 - 2 * tf.reduce_sum(anchor * negative, axis=-1)
    return tf.reduce_sum(tf.maximum(pos_dist - neg_dist + alpha, 0.0))
