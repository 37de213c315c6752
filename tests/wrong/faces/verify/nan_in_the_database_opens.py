"""Only the new encoding is looked at for NaN, and "not farther than" holds for NaN."""

import numpy as np


def verify(encoding, identity, database, threshold):
    distance = float(np.sum((encoding - database[identity]) ** 2))
    if np.isnan(encoding).any():
        return distance, False
    return distance, not distance > threshold
