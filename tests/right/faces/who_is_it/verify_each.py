"""Asks of each person whether it is them."""

import numpy as np


def is_it(encoding, identity, database, threshold):
    distance = float(np.linalg.norm(encoding - database[identity]) ** 2)
    return distance, distance <= threshold


def who_is_it(encoding, database, threshold):
    best, found = float("inf"), None
    for name in database:
        distance, same = is_it(encoding, name, database, threshold)
        if distance < best:
            best, found = distance, name if same else None
    return best, found
