"""Distances by 2 - 2 times the product, which holds only for length 1."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    triplets = []
    for a in range(len(encodings)):
        for p in range(len(encodings)):
            for n in range(len(encodings)):
                if a != p and labels[a] == labels[p] and labels[a] != labels[n]:
                    d_ap = 2 - 2 * np.dot(encodings[a], encodings[p])
                    d_an = 2 - 2 * np.dot(encodings[a], encodings[n])
                    if d_ap < d_an < d_ap + alpha:
                        triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)
