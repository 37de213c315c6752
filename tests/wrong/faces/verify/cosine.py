"""One minus the cosine in place of the squared distance."""

import numpy as np


def verify(encoding, identity, database, threshold):
    known = database[identity]
    cosine = np.dot(encoding, known) / (np.linalg.norm(encoding) * np.linalg.norm(known))
    return 1 - cosine, 1 - cosine <= threshold
