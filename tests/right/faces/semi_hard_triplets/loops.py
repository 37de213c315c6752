"""Three loops."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    m = len(encodings)
    triplets = []
    for a in range(m):
        for p in range(m):
            if p == a or labels[p] != labels[a]:
                continue
            d_ap = np.sum((encodings[a] - encodings[p]) ** 2)
            for n in range(m):
                if labels[n] == labels[a]:
                    continue
                d_an = np.sum((encodings[a] - encodings[n]) ** 2)
                if d_ap < d_an and d_an < d_ap + alpha:
                    triplets.append([a, p, n])
    return np.array(triplets, dtype=int).reshape(-1, 3)
