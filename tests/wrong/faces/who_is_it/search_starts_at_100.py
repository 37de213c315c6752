"""The search starts at 100, as if no squared distance were larger."""

import numpy as np


def who_is_it(encoding, database, threshold):
    min_dist, identity = 100, None
    for name, known in database.items():
        dist = np.sum((encoding - known) ** 2)
        if dist < min_dist:
            min_dist, identity = dist, name
    if min_dist > threshold:
        identity = None
    return (min_dist if database else np.inf), identity
