"""Raises a ValueError for an unknown name."""

import numpy as np


def verify(encoding, identity, database, threshold):
    if identity not in database:
        raise ValueError(f"{identity} is unknown")
    distance = np.sum((encoding - database[identity]) ** 2)
    return distance, distance <= threshold
