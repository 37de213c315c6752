"""Takes a picture for its own positive."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    triplets = []
    for a in range(len(encodings)):
        for p in range(len(encodings)):
            for n in range(len(encodings)):
                if labels[a] == labels[p] and labels[a] != labels[n]:
                    d_ap = np.sum((encodings[a] - encodings[p]) ** 2)
                    d_an = np.sum((encodings[a] - encodings[n]) ** 2)
                    if d_ap < d_an < d_ap + alpha:
                        triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)
