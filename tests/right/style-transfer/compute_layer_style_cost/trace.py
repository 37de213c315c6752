"""The squared norm of a symmetric matrix is the trace of its square."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    rows = [tf.stack([tf.reshape(a[..., k], [-1]) for k in range(n_C)]) for a in (a_S, a_G)]
    D = rows[0] @ tf.transpose(rows[0]) - rows[1] @ tf.transpose(rows[1])
    return tf.linalg.trace(D @ D) / (2 * n_H * n_W * n_C) ** 2
