"""A distance of 0 is taken for none."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = float(np.sum((encoding - database[identity]) ** 2))
    return distance, 0 < distance <= threshold
