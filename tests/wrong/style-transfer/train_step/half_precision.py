"""The pixels are rounded to 16 bits."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        J = cost(image)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.cast(tf.cast(tf.clip_by_value(image, 0, 1), tf.float16), tf.float32))
    return J
