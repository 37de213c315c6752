"""The error does not say which name is unknown."""

import numpy as np


def verify(encoding, identity, database, threshold):
    if identity not in database:
        raise KeyError("nobody of that name is in the database")
    distance = np.sum((encoding - database[identity]) ** 2)
    return distance, distance <= threshold
