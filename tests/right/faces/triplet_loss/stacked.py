"""The three stacked, one operation for both distances."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    stacked = tf.stack(list(y_pred))
    d = tf.reduce_sum(tf.math.squared_difference(stacked[:1], stacked[1:]), axis=2)
    return tf.add_n(tf.unstack(tf.math.maximum(d[0] - d[1] + alpha, 0)))
