"""Writes the differences into the encoding."""

import numpy as np


def verify(encoding, identity, database, threshold):
    encoding -= database[identity]
    distance = np.sum(encoding**2)
    return distance, distance <= threshold
