"""Lists of lists all the way."""


def zero_pad(X, pad):
    batch = []
    for image in X.tolist():
        n_W, n_C = len(image[0]), len(image[0][0])
        zero = [0.0] * n_C
        rows = [[zero] * pad + row + [zero] * pad for row in image]
        bar = [[zero] * (n_W + 2 * pad)] * pad
        batch.append(bar + rows + bar)
    return batch
