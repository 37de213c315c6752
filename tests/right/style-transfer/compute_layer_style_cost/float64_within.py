"""In float64 from the activations to the cost."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    shape = tf.cast(tf.shape(a_G), tf.float64)
    grams = []
    for a in (a_S, a_G):
        A = tf.cast(tf.reshape(a, [-1, tf.shape(a)[3]]), tf.float64)
        grams.append(tf.matmul(A, A, transpose_a=True))
    total = tf.reduce_sum(tf.square(grams[0] - grams[1]))
    return tf.cast(total / (2 * tf.reduce_prod(shape)) ** 2, tf.float32)
