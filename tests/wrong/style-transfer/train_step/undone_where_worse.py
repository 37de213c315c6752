"""A step after which the cost is higher is taken back."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    before = image.numpy()
    with tf.GradientTape() as tape:
        J = cost(image)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))
    if cost(image) > J:
        image.assign(before)
    return J
