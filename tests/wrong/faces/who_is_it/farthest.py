"""The person farthest away."""

import numpy as np


def who_is_it(encoding, database, threshold):
    if not database:
        return np.inf, None
    distances = [np.sum((encoding - known) ** 2) for known in database.values()]
    place = int(np.argmax(distances))
    name = list(database)[place]
    return distances[place], name if distances[place] <= threshold else None
