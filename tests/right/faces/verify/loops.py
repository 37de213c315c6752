"""A loop over the components; the error is raised by hand."""


def verify(encoding, identity, database, threshold):
    if identity not in database:
        raise KeyError(f"{identity} is not in the database")
    distance = 0.0
    for x, y in zip(encoding, database[identity]):
        distance += (x - y) ** 2
    if distance <= threshold:
        return distance, True
    return distance, False
