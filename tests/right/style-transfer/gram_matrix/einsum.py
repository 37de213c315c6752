"""An einsum over the positions."""

import tensorflow as tf


def gram_matrix(A):
    return tf.einsum("ki,li->kl", A, A)
