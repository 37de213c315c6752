"""A graph for each cost, as one writes it for speed."""

import tensorflow as tf


@tf.function
def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        J = cost(image)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))
    return J
