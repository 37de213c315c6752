"""Takes the person out of the database."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = np.sum((encoding - database.pop(identity)) ** 2)
    return distance, distance <= threshold
