"""Sums along axis 0: one distance for each component in place of one for each triplet."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    pos_dist = tf.reduce_sum(tf.square(anchor - positive), axis=0)
    neg_dist = tf.reduce_sum(tf.square(anchor - negative), axis=0)
    return tf.reduce_sum(tf.maximum(pos_dist - neg_dist + alpha, 0.0))
