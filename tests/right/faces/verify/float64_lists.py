"""Python's own numbers and a generator."""


def verify(encoding, identity, database, threshold):
    pairs = zip(encoding.tolist(), database[identity].tolist())
    distance = sum((x - y) * (x - y) for x, y in pairs)
    return (distance, distance <= threshold)
