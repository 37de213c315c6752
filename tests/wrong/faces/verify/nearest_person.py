"""Compares with whoever is nearest, not with the name that was given."""

import numpy as np


def verify(encoding, identity, database, threshold):
    known = database[identity]
    for candidate in database.values():
        if np.sum((encoding - candidate) ** 2) < np.sum((encoding - known) ** 2):
            known = candidate
    distance = np.sum((encoding - known) ** 2)
    return distance, distance <= threshold
