"""Three loops."""


def conv_single_step(a_slice_prev, W, b):
    f_H, f_W, n_C = W.shape
    total = 0.0
    for i in range(f_H):
        for j in range(f_W):
            for c in range(n_C):
                total += a_slice_prev[i, j, c] * W[i, j, c]
    return total + b[0][0][0]
