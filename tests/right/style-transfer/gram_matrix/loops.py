"""Two loops over the channels."""

import tensorflow as tf


def gram_matrix(A):
    n_C = A.shape[0]
    rows = []
    for k in range(n_C):
        row = []
        for other in range(n_C):
            row.append(tf.reduce_sum(A[k] * A[other]))
        rows.append(tf.stack(row))
    return tf.stack(rows)
