"""The cost comes back as a float."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        J = cost(image)
    optimizer.apply_gradients([(tape.gradient(J, image), image)])
    image.assign(tf.clip_by_value(image, 0, 1))
    return float(J)
