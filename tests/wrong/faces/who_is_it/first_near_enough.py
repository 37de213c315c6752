"""The first person near enough, not the nearest."""

import numpy as np


def who_is_it(encoding, database, threshold):
    best = np.inf
    for name, known in database.items():
        dist = np.sum((encoding - known) ** 2)
        if dist <= threshold:
            return dist, name
        best = min(best, dist)
    return best, None
