"""Follows the plan, one function calling the other; NumPy cuts off all gradients."""

import tensorflow as tf


def gram_matrix(A):
    A = A.numpy()
    return tf.constant(A @ A.T)


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    a_S = tf.transpose(tf.reshape(a_S, [n_H * n_W, n_C]))
    a_G = tf.transpose(tf.reshape(a_G, [n_H * n_W, n_C]))
    GS = gram_matrix(a_S)
    GG = gram_matrix(a_G)
    return tf.reduce_sum(tf.square(GS - GG)) / (2 * n_H * n_W * n_C) ** 2


def compute_style_cost(a_S, a_G, weights):
    J_style = 0
    for i in range(len(weights)):
        J_style += weights[i] * compute_layer_style_cost(a_S[i], a_G[i])
    return J_style
