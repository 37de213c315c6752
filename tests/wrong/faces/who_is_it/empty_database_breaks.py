"""The smallest of no numbers."""

import numpy as np


def who_is_it(encoding, database, threshold):
    distances = [np.sum((encoding - known) ** 2) for known in database.values()]
    place = int(np.argmin(distances))
    name = list(database)[place]
    return distances[place], name if distances[place] <= threshold else None
