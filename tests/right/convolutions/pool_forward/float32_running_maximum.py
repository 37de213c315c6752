"""A running maximum that starts at minus infinity, in float32; the cache holds copies."""

import numpy as np


def pool_forward(A_prev, hparameters, mode="max"):
    m, H, W, C = np.shape(A_prev)
    f, s = int(hparameters["f"]), int(hparameters["stride"])
    out_H, out_W = 1 + (H - f) // s, 1 + (W - f) // s
    A = np.full((m, out_H, out_W, C), -np.inf if mode == "max" else 0, dtype=np.float32)
    for y in range(out_H):
        for x in range(out_W):
            for dy in range(f):
                for dx in range(f):
                    pixel = A_prev[:, y * s + dy, x * s + dx, :]
                    if mode == "max":
                        A[:, y, x, :] = np.maximum(A[:, y, x, :], pixel)
                    else:
                        A[:, y, x, :] += pixel / f**2
    return A, (np.array(A_prev), dict(hparameters))
