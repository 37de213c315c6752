"""TensorFlow in float32; tensors come back."""

import tensorflow as tf


def verify(encoding, identity, database, threshold):
    known = tf.constant(database[identity], tf.float32)
    distance = tf.reduce_sum(tf.math.squared_difference(tf.cast(encoding, tf.float32), known))
    return distance, distance <= threshold
