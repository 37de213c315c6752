"""The operations of Keras."""

import math

from keras import ops


def gram(a):
    A = ops.transpose(ops.reshape(a, (-1, a.shape[-1])))
    return ops.matmul(A, ops.transpose(A))


def compute_layer_style_cost(a_S, a_G):
    size = math.prod(a_G.shape)
    return ops.sum(ops.square(gram(a_S) - gram(a_G))) / (4.0 * size**2)
