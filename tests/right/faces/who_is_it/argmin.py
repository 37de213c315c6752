"""One matrix of the database, and argmin."""

import numpy as np


def who_is_it(encoding, database, threshold):
    if not database:
        return np.inf, None
    distances = np.sum((np.stack(list(database.values())) - encoding) ** 2, axis=1)
    place = np.argmin(distances)
    name = list(database)[place] if distances[place] <= threshold else None
    return distances[place], name
