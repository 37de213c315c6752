"""Permutations of three pictures, distances by math.dist."""

import itertools
import math

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    rows = [list(map(float, encoding)) for encoding in encodings]
    d = [[math.dist(u, v) ** 2 for v in rows] for u in rows]
    found = [
        (a, p, n)
        for a, p, n in itertools.permutations(range(len(rows)), 3)
        if labels[a] == labels[p] != labels[n] and d[a][p] < d[a][n] < d[a][p] + alpha
    ]
    return np.array(found, dtype=np.int32) if found else np.empty((0, 3), dtype=np.int32)
