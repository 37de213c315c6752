"""The threshold is 0.7 whatever the argument says."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = np.sum((encoding - database[identity]) ** 2)
    return distance, distance <= 0.7
