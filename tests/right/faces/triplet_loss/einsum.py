"""Squared distances by einsum, in float64."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = (tf.cast(f, tf.float64) for f in y_pred)
    u, v = anchor - positive, anchor - negative
    gap = tf.einsum("mn,mn->m", u, u) - tf.einsum("mn,mn->m", v, v) + alpha
    return tf.math.reduce_sum(tf.nn.relu(gap))
