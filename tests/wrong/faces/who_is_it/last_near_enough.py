"""The last person near enough, not the nearest."""

import numpy as np


def who_is_it(encoding, database, threshold):
    best, identity = np.inf, None
    for name, known in database.items():
        dist = np.sum((encoding - known) ** 2)
        best = min(best, dist)
        if dist <= threshold:
            identity = name
    return best, identity
