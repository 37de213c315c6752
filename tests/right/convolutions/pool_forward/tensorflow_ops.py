"""TensorFlow's own pooling in float32; the cache is a list."""

import tensorflow as tf


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    x = tf.cast(A_prev, tf.float32)
    pool = tf.nn.max_pool2d if mode == "max" else tf.nn.avg_pool2d
    return pool(x, f, stride, padding="VALID"), [A_prev, hparameters]
