"""Nobody can be farther away than 1000."""

import numpy as np


def who_is_it(encoding, database, threshold):
    if not database:
        return np.inf, None
    nearest, name = 1000.0, None
    for candidate, known in database.items():
        distance = np.sum((encoding - known) ** 2)
        if distance < nearest:
            nearest, name = distance, candidate
    return nearest, name if nearest <= threshold else None
