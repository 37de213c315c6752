"""apply with two lists, a minimum and a maximum."""

import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image)
    gradients = tape.gradient(J, [image])
    optimizer.apply(gradients, [image])
    image.assign(tf.minimum(tf.maximum(image, 0), 1))
    return J
