"""TensorFlow's own norm of Frobenius, squared."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    S, G = (tf.reshape(tf.transpose(a, [0, 3, 1, 2]), [n_C, n_H * n_W]) for a in (a_S, a_G))
    D = S @ tf.transpose(S) - G @ tf.transpose(G)
    return tf.square(tf.norm(D, ord="fro", axis=[0, 1])) / (2 * n_H * n_W * n_C) ** 2
