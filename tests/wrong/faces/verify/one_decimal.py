"""Rounds the distance."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = round(float(np.sum((encoding - database[identity]) ** 2)), 1)
    return distance, distance <= threshold
