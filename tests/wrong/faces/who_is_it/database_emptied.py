"""Takes everybody out of the database on the way."""

import numpy as np


def who_is_it(encoding, database, threshold):
    min_dist, identity = np.inf, None
    while database:
        name = next(iter(database))
        dist = np.sum((encoding - database.pop(name)) ** 2)
        if dist < min_dist:
            min_dist, identity = dist, name
    if min_dist > threshold:
        identity = None
    return min_dist, identity
