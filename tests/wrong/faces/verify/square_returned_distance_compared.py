"""Returns the squared distance, and compares the distance itself."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = np.linalg.norm(encoding - database[identity])
    return distance**2, distance <= threshold
