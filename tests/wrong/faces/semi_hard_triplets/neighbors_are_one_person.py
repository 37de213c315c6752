"""Takes for granted that the pictures of one person are adjacent."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    labels = np.asarray(labels)
    starts = np.concatenate([[True], labels[1:] != labels[:-1]])
    group = np.cumsum(starts)
    triplets = []
    for a in range(len(encodings)):
        for p in range(len(encodings)):
            for n in range(len(encodings)):
                if a != p and group[a] == group[p] and group[a] != group[n]:
                    d_ap = np.sum((encodings[a] - encodings[p]) ** 2)
                    d_an = np.sum((encodings[a] - encodings[n]) ** 2)
                    if d_ap < d_an < d_ap + alpha:
                        triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)
