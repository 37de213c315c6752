"""Divided by the number of activations."""

import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, tf.transpose(A)) / tf.cast(tf.size(A), tf.float32)
