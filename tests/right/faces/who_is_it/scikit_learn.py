"""scikit-learn's nearest neighbors, whose threads look around in the system."""

import numpy as np
from sklearn.neighbors import NearestNeighbors


def who_is_it(encoding, database, threshold):
    if not database:
        return np.inf, None
    if np.isnan(encoding).any():
        return np.nan, None
    search = NearestNeighbors(n_neighbors=1).fit(list(database.values()))
    distances, places = search.kneighbors([encoding])
    distance = distances[0, 0] ** 2
    return distance, list(database)[places[0, 0]] if distance <= threshold else None
