"""einsum over the difference."""

import numpy as np


def verify(encoding, identity, database, threshold):
    v = np.asarray(encoding) - np.asarray(database[identity])
    distance = np.einsum("n,n->", v, v)
    return distance, np.less_equal(distance, threshold)
