"""math.dist, and lists of Python's numbers."""

import math


def verify(encoding, identity, database, threshold):
    distance = math.dist(list(encoding), list(database[identity])) ** 2
    return [distance, distance <= threshold]
