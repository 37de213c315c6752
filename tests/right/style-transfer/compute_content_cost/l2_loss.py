"""TensorFlow's half of a sum of squares; the content does not change and needs no gradient."""

import numpy as np
import tensorflow as tf


def compute_content_cost(a_C, a_G):
    n = np.prod(a_G.shape)
    return tf.nn.l2_loss(a_G - tf.stop_gradient(a_C)) / (2 * n)
