"""TensorFlow all the way, an array at the end."""

import tensorflow as tf


def img_to_encoding(image, model):
    batch = tf.expand_dims(image, axis=0)
    row = tf.convert_to_tensor(model(batch))[0]
    if not bool(tf.reduce_all(tf.math.is_finite(row))) or not bool(tf.reduce_any(row != 0)):
        raise ValueError("an encoding must be finite and not all zeros")
    return (row / tf.norm(row)).numpy()
