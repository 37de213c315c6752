"""Lists and sums over generators; zeros are where there is nothing."""

from itertools import product


def conv3d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_D_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[4]
    n_H, n_W, n_D = ((n + 2 * p - f) // s + 1 for n in A_prev.shape[1:4])
    volumes, taps, bias = A_prev.tolist(), W.tolist(), b.ravel().tolist()

    def number(volume, h, w, d, c):
        total = bias[c]
        for i, j, k in product(range(f), repeat=3):
            y, x, z = h * s + i - p, w * s + j - p, d * s + k - p
            if 0 <= y < n_H_prev and 0 <= x < n_W_prev and 0 <= z < n_D_prev:
                voxel, weights = volume[y][x][z], taps[i][j][k]
                total += sum(voxel[e] * weights[e][c] for e in range(n_C_prev))
        return total

    Z = [
        [
            [[[number(v, h, w, d, c) for c in range(n_C)] for d in range(n_D)] for w in range(n_W)]
            for h in range(n_H)
        ]
        for v in volumes
    ]
    return [Z, [A_prev, W, b, hparameters]]
