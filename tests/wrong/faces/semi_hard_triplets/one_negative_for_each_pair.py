"""Takes only the nearest semi-hard negative of each pair."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    encodings = np.asarray(encodings)
    triplets = []
    for a in range(len(encodings)):
        d = np.sum((encodings - encodings[a]) ** 2, axis=1)
        for p in range(len(encodings)):
            if a == p or labels[a] != labels[p]:
                continue
            fitting = [
                n
                for n in range(len(encodings))
                if labels[n] != labels[a] and d[p] < d[n] < d[p] + alpha
            ]
            if fitting:
                triplets.append((a, p, min(fitting, key=lambda n: d[n])))
    return np.array(triplets, dtype=int).reshape(-1, 3)
