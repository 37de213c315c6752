"""Returns the place in the database in place of the name."""

import numpy as np


def who_is_it(encoding, database, threshold):
    if not database:
        return np.inf, None
    distances = [np.sum((encoding - known) ** 2) for known in database.values()]
    place = int(np.argmin(distances))
    return distances[place], place if distances[place] <= threshold else None
