"""The margin is added to each component: n times in all."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    squares = tf.square(anchor - positive) - tf.square(anchor - negative) + alpha
    return tf.reduce_sum(tf.maximum(tf.reduce_sum(squares, axis=-1), 0.0))
