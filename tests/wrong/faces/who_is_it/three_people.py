"""Looks at the first three people only."""

import numpy as np


def who_is_it(encoding, database, threshold):
    min_dist, identity = np.inf, None
    for name, known in list(database.items())[:3]:
        dist = np.sum((encoding - known) ** 2)
        if dist < min_dist:
            min_dist, identity = dist, name
    if min_dist > threshold:
        identity = None
    return min_dist, identity
