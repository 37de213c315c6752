"""The three colors get the same step."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        J = cost(image)
    gradient = tape.gradient(J, image)
    gradient = tf.ones_like(gradient) * tf.reduce_mean(gradient, axis=-1, keepdims=True)
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))
    return J
