"""Compares the squared distance, and returns the distance itself."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = np.sum((encoding - database[identity]) ** 2)
    return np.sqrt(distance), distance <= threshold
