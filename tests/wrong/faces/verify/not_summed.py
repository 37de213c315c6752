"""One squared difference for each component."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = (encoding - database[identity]) ** 2
    return distance, distance <= threshold
