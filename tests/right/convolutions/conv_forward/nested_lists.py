"""Lists of lists and sums over generators; Z and the cache come as lists."""


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[3]
    n_H = (n_H_prev + 2 * p - f) // s + 1
    n_W = (n_W_prev + 2 * p - f) // s + 1
    A, w, bias = A_prev.tolist(), W.tolist(), b.ravel().tolist()

    def number(image, h, v, c):
        total = bias[c]
        for i in range(f):
            for j in range(f):
                y, x = h * s + i - p, v * s + j - p
                if 0 <= y < n_H_prev and 0 <= x < n_W_prev:
                    total += sum(image[y][x][k] * w[i][j][k][c] for k in range(n_C_prev))
        return total

    Z = [
        [[[number(image, h, v, c) for c in range(n_C)] for v in range(n_W)] for h in range(n_H)]
        for image in A
    ]
    return [Z, [A_prev, W, b, hparameters]]
