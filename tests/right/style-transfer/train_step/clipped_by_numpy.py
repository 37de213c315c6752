"""The pixels are clipped as an array of NumPy, and go back into the variable."""

import numpy as np
import tensorflow as tf


def train_step(image, cost, optimizer):
    with tf.GradientTape(persistent=True) as tape:
        total = cost(image)
    slope = tape.gradient(total, image)
    optimizer.apply([slope], [image])
    pixels = image.numpy()
    np.clip(pixels, 0, 1, out=pixels)
    image.assign(pixels)
    return total
