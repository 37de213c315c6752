"""Takes labels for places in a table, which fails for names and negative numbers."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    one_hot = np.eye(np.max(labels) + 1)[labels]
    same = one_hot @ one_hot.T > 0
    triplets = []
    for a in range(len(encodings)):
        for p in range(len(encodings)):
            for n in range(len(encodings)):
                if a != p and same[a, p] and not same[a, n]:
                    d_ap = np.sum((encodings[a] - encodings[p]) ** 2)
                    d_an = np.sum((encodings[a] - encodings[n]) ** 2)
                    if d_ap < d_an < d_ap + alpha:
                        triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)
