"""Lists of lists; Z and the cache come as lists."""


def conv1d_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    m, n_prev, n_C_prev = A_prev.shape
    f, n_C = W.shape[0], W.shape[2]
    silence = [[0.0] * n_C_prev] * p
    signals = [silence + signal + silence for signal in A_prev.tolist()]
    w, bias = W.tolist(), b.tolist()[0][0]

    def number(signal, start, c):
        total = bias[c]
        for j in range(f):
            total += sum(x * taps[c] for x, taps in zip(signal[start + j], w[j]))
        return total

    starts = range(0, n_prev + 2 * p - f + 1, s)
    Z = [[[number(x, t, c) for c in range(n_C)] for t in starts] for x in signals]
    return [Z, [A_prev, W, b, hparameters]]
