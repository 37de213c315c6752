"""Every argument becomes a tensor of float32 first, the margin too."""

import tensorflow as tf


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = (tf.cast(f, tf.float32) for f in y_pred)
    margin = tf.constant(alpha)
    near = tf.reduce_sum(tf.square(anchor - positive), axis=-1)
    far = tf.reduce_sum(tf.square(anchor - negative), axis=-1)
    return tf.reduce_sum(tf.nn.relu(near - far + margin))
