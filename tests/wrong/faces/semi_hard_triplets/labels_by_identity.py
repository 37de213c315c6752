"""Compares labels by `is`, which holds for small numbers and not for large ones."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    people = labels.tolist() if isinstance(labels, np.ndarray) else labels
    triplets = []
    for a in range(len(encodings)):
        for p in range(len(encodings)):
            for n in range(len(encodings)):
                if a != p and people[a] is people[p] and people[a] is not people[n]:
                    d_ap = np.sum((encodings[a] - encodings[p]) ** 2)
                    d_an = np.sum((encodings[a] - encodings[n]) ** 2)
                    if d_ap < d_an < d_ap + alpha:
                        triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)
