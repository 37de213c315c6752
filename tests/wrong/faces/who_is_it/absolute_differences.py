"""Sums of absolute differences."""

import numpy as np


def who_is_it(encoding, database, threshold):
    min_dist, identity = np.inf, None
    for name, known in database.items():
        dist = np.sum(np.abs(encoding - known))
        if dist < min_dist:
            min_dist, identity = dist, name
    if min_dist > threshold:
        identity = None
    return min_dist, identity
