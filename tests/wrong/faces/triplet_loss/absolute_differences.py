"""Sums of absolute differences in place of squares."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    pos_dist = tf.reduce_sum(tf.abs(anchor - positive), axis=-1)
    neg_dist = tf.reduce_sum(tf.abs(anchor - negative), axis=-1)
    return tf.reduce_sum(tf.maximum(pos_dist - neg_dist + alpha, 0.0))
