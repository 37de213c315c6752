"""The value is right, but only the worst triplet of the batch sends a gradient."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    pos_dist = tf.reduce_sum(tf.square(anchor - positive), axis=-1)
    neg_dist = tf.reduce_sum(tf.square(anchor - negative), axis=-1)
    losses = tf.maximum(pos_dist - neg_dist + alpha, 0.0)
    worst = tf.reduce_max(losses)
    return worst + tf.stop_gradient(tf.reduce_sum(losses) - worst)
