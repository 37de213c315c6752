"""The norm, squared again, in float32."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    A, P, N = [tf.cast(f, tf.float32) for f in y_pred]
    hinge = tf.norm(A - P, axis=-1) ** 2 - tf.norm(A - N, axis=-1) ** 2 + alpha
    return tf.reduce_sum(tf.clip_by_value(hinge, 0.0, float("inf")))
