"""tf.pad."""

import tensorflow as tf


def causal_pad(X, f):
    return tf.pad(X, [[0, 0], [f - 1, 0], [0, 0]])
