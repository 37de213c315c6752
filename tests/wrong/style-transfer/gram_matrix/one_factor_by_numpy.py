"""One of the two factors is made an array of NumPy."""

import numpy as np
import tensorflow as tf


def gram_matrix(A):
    return tf.matmul(A, np.transpose(A.numpy()))
