"""Looks only for people nearer than the threshold, which it returns for strangers."""

import numpy as np


def who_is_it(encoding, database, threshold):
    min_dist, identity = threshold, None
    for name, known in database.items():
        dist = np.sum((encoding - known) ** 2)
        if dist <= min_dist:
            min_dist, identity = dist, name
    return (min_dist if database else np.inf), identity
