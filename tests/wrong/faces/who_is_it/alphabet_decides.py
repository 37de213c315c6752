"""Of several who are equally near, the first in the alphabet."""

import numpy as np


def who_is_it(encoding, database, threshold):
    if not database:
        return np.inf, None
    dist, name = min((np.sum((encoding - known) ** 2), name) for name, known in database.items())
    return dist, name if dist <= threshold else None
