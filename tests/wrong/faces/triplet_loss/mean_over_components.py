"""The mean of the squares over the components in place of their sum."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    pos_dist = tf.reduce_mean(tf.square(anchor - positive), axis=-1)
    neg_dist = tf.reduce_mean(tf.square(anchor - negative), axis=-1)
    return tf.reduce_sum(tf.maximum(pos_dist - neg_dist + alpha, 0.0))
