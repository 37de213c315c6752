"""Compares with the first person of the database."""

import numpy as np


def verify(encoding, identity, database, threshold):
    database[identity]
    distance = np.sum((encoding - next(iter(database.values()))) ** 2)
    return distance, distance <= threshold
