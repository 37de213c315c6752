"""The maximum is taken of each component, before the sum over them."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = y_pred
    basic_loss = tf.square(anchor - positive) - tf.square(anchor - negative) + alpha
    return tf.reduce_sum(tf.maximum(basic_loss, 0.0))
