"""A loop over the triplets, with a sum that grows."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    loss = tf.constant(0.0)
    for a, p, n in zip(*y_pred):
        pos_dist = tf.reduce_sum((a - p) ** 2)
        neg_dist = tf.reduce_sum((a - n) ** 2)
        loss = loss + tf.cast(tf.maximum(pos_dist - neg_dist + alpha, 0), tf.float32)
    return loss
