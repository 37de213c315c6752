"""Computed by NumPy, and a tensor again at the end."""

import numpy as np
import tensorflow as tf


def gram_matrix(A):
    return tf.convert_to_tensor(np.dot(np.asarray(A), np.asarray(A).T))
