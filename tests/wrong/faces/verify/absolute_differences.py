"""The sum of the absolute differences."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = np.sum(np.abs(encoding - database[identity]))
    return distance, distance <= threshold
