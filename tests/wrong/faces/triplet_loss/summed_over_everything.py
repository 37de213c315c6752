"""The squares are summed over the batch too, and the margin is added once."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    pos_dist = tf.reduce_sum(tf.square(anchor - positive))
    neg_dist = tf.reduce_sum(tf.square(anchor - negative))
    return tf.maximum(pos_dist - neg_dist + alpha, 0.0)
