"""The range is stretched to 0 to 1."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        J = cost(image)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    low, high = tf.reduce_min(image), tf.reduce_max(image)
    if low < 0 or high > 1:
        image.assign((image - low) / (high - low))
    return J
