"""The door at the end of the assignment "faces": who comes, and does it open?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from coursekit.faces.recognition import img_to_encoding, who_is_it


def open_door(
    image: np.ndarray, database: Mapping[str, np.ndarray], model: Callable, threshold: float
) -> tuple[bool, str | None, float]:
    """Decide by the exercises `img_to_encoding` and `who_is_it` whether a door opens.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, n_C)
        The picture that the camera took.
    database : dict of str to ndarray
        For each person who may come in, the encoding of one picture, shape (n,).
    model : callable
        As `img_to_encoding` takes it.
    threshold : float
        The largest squared distance that opens the door.

    Returns
    -------
    opens : bool
    name : str or None
        Who it is; None if it is nobody of the database.
    distance : float
        The squared distance to the nearest person; infinity if nobody may come in.
    """
    # Students may return lists: an array is what `who_is_it` is promised.
    encoding = np.asarray(img_to_encoding(image, model))
    distance, name = who_is_it(encoding, database, threshold)
    return name is not None, name, distance
