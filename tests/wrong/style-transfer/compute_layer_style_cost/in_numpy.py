"""Computed by NumPy, through which no gradient flows."""

import numpy as np


def compute_layer_style_cost(a_S, a_G):
    _, n_H, n_W, n_C = a_G.shape
    S = np.reshape(a_S, (-1, n_C))
    G = np.reshape(a_G, (-1, n_C))
    return np.sum((S.T @ S - G.T @ G) ** 2) / (2 * n_H * n_W * n_C) ** 2
