"""Sorts everybody by distance; sorting keeps the order of equals."""

import math


def who_is_it(encoding, database, threshold):
    people = [(math.dist(encoding, known) ** 2, name) for name, known in database.items()]
    people.sort(key=lambda person: person[0])
    for distance, name in people:
        return distance, (name if distance <= threshold else None)
    return math.inf, None
