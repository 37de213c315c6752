"""A margin of 0 counts as none given."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    alpha = alpha or 0.2
    anchor, positive, negative = y_pred
    gap = tf.reduce_sum((anchor - positive) ** 2, 1) - tf.reduce_sum((anchor - negative) ** 2, 1)
    return tf.reduce_sum(tf.maximum(gap + alpha, 0))
