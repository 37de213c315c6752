"""TensorFlow in float32; tf.where says where the mask is true."""

import numpy as np
import tensorflow as tf


def semi_hard_triplets(encodings, labels, alpha):
    f = tf.cast(encodings, tf.float32)
    who = tf.constant(np.unique(labels, return_inverse=True)[1])
    d = tf.reduce_sum(tf.math.squared_difference(f[:, None], f[None]), axis=-1)
    same = who[:, None] == who[None]
    other = tf.logical_not(tf.eye(len(f), dtype=tf.bool))
    semi = (d[:, :, None] < d[:, None]) & (d[:, None] < d[:, :, None] + alpha)
    return tf.where(semi & (same & other)[:, :, None] & tf.logical_not(same)[:, None])
