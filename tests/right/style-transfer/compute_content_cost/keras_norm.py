"""The norm of Keras, squared."""

import math

from keras import ops


def compute_content_cost(a_C, a_G):
    difference = ops.reshape(ops.subtract(a_C, a_G), (-1,))
    return ops.square(ops.norm(difference)) / (4 * math.prod(a_G.shape))
