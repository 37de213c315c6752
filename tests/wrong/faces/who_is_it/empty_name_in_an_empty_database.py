"""In an empty database it is somebody with an empty name."""

import numpy as np


def who_is_it(encoding, database, threshold):
    min_dist, identity = np.inf, ""
    for name, known in database.items():
        dist = np.sum((encoding - known) ** 2)
        if dist < min_dist:
            min_dist, identity = dist, name
    return min_dist, identity if min_dist <= threshold else None
