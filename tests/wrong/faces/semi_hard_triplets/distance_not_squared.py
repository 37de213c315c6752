"""Distances in place of squared distances."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    triplets = []
    for a in range(len(encodings)):
        for p in range(len(encodings)):
            for n in range(len(encodings)):
                if a != p and labels[a] == labels[p] and labels[a] != labels[n]:
                    d_ap = np.linalg.norm(encodings[a] - encodings[p])
                    d_an = np.linalg.norm(encodings[a] - encodings[n])
                    if d_ap < d_an < d_ap + alpha:
                        triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)
