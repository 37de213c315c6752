"""TensorFlow in float32; the result is a tensor."""

import tensorflow as tf


def conv_single_step(a_slice_prev, W, b):
    a = tf.cast(a_slice_prev, tf.float32)
    w = tf.cast(W, tf.float32)
    return tf.reduce_sum(a * w) + tf.squeeze(tf.cast(b, tf.float32))
