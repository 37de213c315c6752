"""The smallest of a dict of distances, in Python's own numbers."""


def who_is_it(encoding, database, threshold):
    distances = {
        name: sum((float(x) - float(y)) ** 2 for x, y in zip(encoding, known))
        for name, known in database.items()
    }
    name = min(distances, key=distances.get, default=None)
    if name is None:
        return float("inf"), None
    return distances[name], name if distances[name] <= threshold else None
