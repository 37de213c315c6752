"""TensorFlow in float32; divide_no_nan does what the text says."""

import tensorflow as tf


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    f, g, w = (tf.cast(x, tf.float32) for x in (encoding_1, encoding_2, w))
    if form == "absolute":
        terms = tf.abs(f - g)
    elif form == "chi-square":
        terms = tf.math.divide_no_nan(tf.square(f - g), f + g)
    else:
        raise ValueError(f"no such form: {form}")
    return tf.sigmoid(tf.reduce_sum(terms * w, axis=-1) + b)
