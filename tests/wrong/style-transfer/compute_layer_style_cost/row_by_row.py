"""A Gram matrix for each row of the picture."""

import tensorflow as tf


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S, G = (tf.einsum("mhwk,mhwl->hkl", a, a) for a in (a_S, a_G))
    return tf.reduce_sum((S - G) ** 2) / (2 * n_H * n_W * n_C) ** 2
