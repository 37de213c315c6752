"""Three loops, with a sum that grows."""

import tensorflow as tf


def gram_matrix(A):
    n_C, n = A.shape
    rows = []
    for k in range(n_C):
        row = []
        for other in range(n_C):
            total = 0.0
            for i in range(n):
                total += A[k, i] * A[other, i]
            row.append(total)
        rows.append(row)
    return tf.convert_to_tensor(rows)
