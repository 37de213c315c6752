"""The square of the sum of the differences."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = np.sum(encoding - database[identity]) ** 2
    return distance, distance <= threshold
