"""Computed by NumPy, and a tensor again at the end."""

import numpy as np
import tensorflow as tf


def compute_content_cost(a_C, a_G):
    d = np.asarray(a_C) - np.asarray(a_G)
    return tf.constant(np.sum(d**2) / (4 * d.size))
