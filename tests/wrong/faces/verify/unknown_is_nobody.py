"""Takes an unknown name for a stranger far away."""

import numpy as np


def verify(encoding, identity, database, threshold):
    if identity not in database:
        return np.inf, False
    distance = np.sum((encoding - database[identity]) ** 2)
    return distance, distance <= threshold
