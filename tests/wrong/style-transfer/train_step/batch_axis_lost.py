"""The cost gets the picture without its axis of length 1."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        J = cost(image[0])
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))
    return J
