"""A gallery of people: one encoding each, no pictures, and a search among them.

One picture at a time goes through the exercises `img_to_encoding`, `verify` and `who_is_it`, so
that after ``coursekit.use(my_who_is_it)`` the gallery runs on the student's own. Batches go through
`nearest`, one matrix product for many comparisons.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from coursekit.faces import recognition
from coursekit.faces.encoder import encode, load_encoder
from coursekit.weights import read_npz, write_npz

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_FORMAT = 1  # of the file


class Gallery:
    """People who are known, each by the encoding of one picture.

    Somebody new takes one picture and no training. Pictures are encoded and let go. Encodings are
    personal data all the same, for they say who somebody is: `remove` forgets them.

    Parameters
    ----------
    model : callable, optional
        Takes a batch of pictures (m, n_H, n_W, n_C), gives encodings (m, n). Left out, the encoder
        that the package ships, loaded when it is first needed.

    Examples
    --------
    >>> import numpy as np
    >>> gallery = Gallery(lambda pictures: pictures.reshape(len(pictures), -1) + 1.0)
    >>> gallery.add("Ada", np.eye(2)[:, :, None])
    >>> gallery.names
    ('Ada',)
    >>> gallery.identify(np.eye(2)[:, :, None], threshold=0.1)[1]
    'Ada'
    """

    def __init__(self, model: Callable | None = None) -> None:
        self._model = model
        self._people: dict[str, np.ndarray] = {}
        self._stacked: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self._people)

    def __contains__(self, name: object) -> bool:
        return name in self._people

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __repr__(self) -> str:
        return f"<Gallery of {len(self)} people>"

    @property
    def model(self) -> Callable:
        """What encodes the pictures."""
        if self._model is None:
            self._model = load_encoder()
        return self._model

    @property
    def names(self) -> tuple[str, ...]:
        """Who is known, in the order in which they were added."""
        return tuple(self._people)

    @property
    def encodings(self) -> np.ndarray:
        """The encodings (len(self), n) in the same order, read-only."""
        if self._stacked is None:
            rows = list(self._people.values())
            self._stacked = np.stack(rows) if rows else np.zeros((0, 0), np.float32)
            self._stacked.setflags(write=False)
        return self._stacked

    def add(self, name: str, image: np.ndarray) -> None:
        """Enroll somebody with one picture (n_H, n_W, n_C).

        Raises
        ------
        ValueError
            If the name is known already or empty, or the picture or its encoding is of no use.
        """
        self._check_new([name])
        self.add_encodings([name], self._encoding(image)[None])

    def add_encodings(self, names: Sequence[str], encodings: ArrayLike) -> None:
        """Enroll people by encodings (len(names), n) that were made before: all or none of them.

        The encodings are kept as they are, of length 1 if `img_to_encoding` made them.

        Raises
        ------
        ValueError
            If a name is known already or given twice, or the encodings do not fit.
        """
        names = [names] if isinstance(names, str) else list(names)
        self._check_new(names)
        rows = np.array(encodings, np.float32)
        if rows.ndim != 2 or len(rows) != len(names):
            raise ValueError(
                f"encodings have shape {rows.shape}, but {len(names)} names need ({len(names)}, n)"
            )
        for name, row in zip(names, rows):
            if not np.isfinite(row).all():
                raise ValueError(f"the encoding of {name!r} holds NaN or infinity")
        known = next(iter(self._people.values()), None)
        if known is not None and rows.shape[1] != len(known):
            raise ValueError(
                f"an encoding of {rows.shape[1]} numbers does not fit into a gallery of encodings "
                f"of {len(known)}; one gallery belongs to one encoder"
            )
        rows.setflags(write=False)
        self._people.update(zip(names, rows))
        self._stacked = None

    def remove(self, name: str) -> None:
        """Forget somebody, encoding and all.

        Raises
        ------
        KeyError
            If nobody of this name is known.
        """
        self._check_known(name)
        del self._people[name]
        # Rows that were added together share their memory: the row must not live on in it.
        self._people = {other: row.copy() for other, row in self._people.items()}
        self._stacked = None

    def verify(self, image: np.ndarray, name: str, threshold: float) -> tuple[float, bool]:
        """Does the picture (n_H, n_W, n_C) show the person of this name?

        Returns
        -------
        distance : float
            Squared distance to the picture that the person was enrolled with.
        same : bool
            Whether it is at most `threshold`.

        Raises
        ------
        KeyError
            If nobody of this name is known.
        """
        self._check_known(name)
        return recognition.verify(self._encoding(image), name, dict(self._people), threshold)

    def identify(
        self, images: np.ndarray, threshold: float
    ) -> tuple[float, str | None] | list[tuple[float, str | None]]:
        """Who is on the picture, if it is anybody of the gallery?

        Parameters
        ----------
        images : ndarray, shape (n_H, n_W, n_C) or (m, n_H, n_W, n_C)
            One picture, or a batch.
        threshold : float
            The largest squared distance that counts as the same person.

        Returns
        -------
        (float, str or None), or a list of these for a batch
            The squared distance to the nearest person, and their name, or None if it is larger
            than the threshold. Of several equally near, who was added first. In an empty gallery
            the distance is infinite.
        """
        images = np.asarray(images)
        if images.ndim != 4:
            return recognition.who_is_it(self._encoding(images), dict(self._people), threshold)
        if not len(images) or not self._people:
            return [(float("inf"), None)] * len(images)
        squared, indices = nearest(_unit(encode(images, self.model)), self.encodings)
        names = self.names
        return [
            (distance, names[index] if distance <= threshold else None)
            for distance, index in zip(squared[:, 0].tolist(), indices[:, 0])
        ]

    def save(self, path: str | os.PathLike) -> None:
        """Write names and encodings to an npz file, whole or not at all; the model is not in it.

        Names are kept as JSON in bytes: arrays of text would drop zeros at their ends.
        """
        names = np.frombuffer(json.dumps(self.names).encode("ascii"), np.uint8)
        write_npz(
            path,
            {"gallery_format": np.array(_FORMAT), "names": names, "encodings": self.encodings},
        )

    @classmethod
    def load(cls, path: str | os.PathLike, model: Callable | None = None) -> Gallery:
        """Read a gallery that `save` wrote; nothing in the file is run.

        Parameters
        ----------
        path : path
        model : callable, optional
            The encoder that the gallery was made with.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged or holds something else.
        """
        gallery = cls(model)
        arrays = read_npz(path)
        try:
            if arrays["gallery_format"].tolist() != _FORMAT:
                raise ValueError("it has another format")
            names, encodings = json.loads(arrays["names"].tobytes()), arrays["encodings"]
            if not isinstance(names, list) or not np.issubdtype(encodings.dtype, np.floating):
                raise ValueError("its names or encodings are of another kind")
            gallery.add_encodings(names, encodings)
        except KeyError as error:
            raise ValueError(
                f"{path} is no gallery: it holds no {error.args[0]!r}; Gallery.save makes one"
            ) from None
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"{path} is no gallery that can be read: {error}; Gallery.save makes one"
            ) from None
        return gallery

    def _encoding(self, image: np.ndarray) -> np.ndarray:
        image = np.asarray(image)
        if image.ndim != 3:
            raise ValueError(
                f"the picture has shape {image.shape}, but one picture is (n_H, n_W, n_C)"
            )
        # Students may return lists: an array is what the other exercises are promised.
        return np.asarray(recognition.img_to_encoding(image, self.model))

    def _check_new(self, names: Sequence[str]) -> None:
        seen = set()
        for name in names:
            if not isinstance(name, str) or not name:
                raise ValueError(f"{name!r} is no name: a name is a text that is not empty")
            if name in self._people:
                raise ValueError(f"{name!r} is in the gallery already; remove the old entry first")
            if name in seen:
                raise ValueError(f"{name!r} is given twice; a name stands for one person")
            seen.add(name)

    def _check_known(self, name: str) -> None:
        if name not in self._people:
            raise KeyError(f"{name!r} is not in this gallery of {len(self)} people")


def nearest(
    queries: ArrayLike, encodings: ArrayLike, k: int = 1, *, chunk_bytes: int = 64_000_000
) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest of many encodings, for each query.

    All encodings are compared, a chunk of them with all queries in one matrix product,
    ``||q||² + ||x||² - 2 q x``. In float32 that difference cancels where q and x are almost equal.
    So the product only says who may be among the nearest, by a bound on its error, and those few
    are compared directly: the answer is that of a plain loop.

    Parameters
    ----------
    queries : array_like, shape (q, n)
    encodings : array_like, shape (m, n)
    k : int
        From 1 to m.
    chunk_bytes : int
        Bound on what is held at a time, beside the input and the answer.

    Returns
    -------
    squared : ndarray, shape (q, k), float64
        Squared distances, ascending.
    indices : ndarray, shape (q, k), int64
        Rows of `encodings`; of equal distances the lower index comes first.

    Raises
    ------
    ValueError
        If the shapes or k do not fit, or a number is not finite.

    Notes
    -----
    Time grows with m: a million encodings take a few milliseconds a query in a batch. Where that
    is too slow, or memory too small, an approximate index takes over: it looks at a small part and
    misses a few of the nearest. A navigable small-world graph is the fastest while all fits into
    memory (HNSW: Malkov, Yashunin, 2020); product quantization keeps an encoding in some 16 bytes
    instead of 512, for a thousand million of them (Jégou, Douze, Schmid, 2011).
    """
    queries, encodings = np.asarray(queries), np.asarray(encodings)
    if queries.ndim != 2 or encodings.ndim != 2 or queries.shape[1] != encodings.shape[1]:
        raise ValueError(
            f"queries have shape {queries.shape} and encodings {encodings.shape}, but they must be "
            "(q, n) and (m, n) with the same n"
        )
    m = len(encodings)
    if not 1 <= k <= m:
        raise ValueError(f"k is {k}, but it must be from 1 to {m}, the number of encodings")
    squared = np.empty((len(queries), k))
    indices = np.empty((len(queries), k), np.int64)
    # Queries go in blocks too: a chunk of few encodings is a slow product.
    block = int(np.clip(chunk_bytes // 100_000, 1, 512))
    for start in range(0, len(queries), block):
        part = slice(start, start + block)
        squared[part], indices[part] = _nearest(queries[part], encodings, k, chunk_bytes)
    return squared, indices


def _nearest(
    queries: np.ndarray, encodings: np.ndarray, k: int, chunk_bytes: int
) -> tuple[np.ndarray, np.ndarray]:
    m, n = encodings.shape
    # Half for the products, half for rows to compare directly, in float64, with what is copied.
    rows = max(int(chunk_bytes // (8 * max(len(queries), 4 * n))), 1)
    products = np.empty(len(queries) * min(rows, m), np.float32)
    lengths = np.einsum("ij,ij->i", queries, queries, dtype=np.float64)
    if not (lengths < np.finfo(np.float32).max).all():
        raise ValueError("the queries hold NaN, infinity, or numbers too large for float32")
    doubled = -2 * queries.astype(np.float32)
    best = np.full((len(queries), k), np.inf)
    indices = np.full((len(queries), k), m, np.int64)
    for start in range(0, m, rows):
        chunk = encodings[start : start + rows]
        single = np.asarray(chunk, np.float32)
        norms = np.einsum("ij,ij->i", single, single)
        if not np.isfinite(norms).all():
            row = start + int(np.argmin(np.isfinite(norms)))
            raise ValueError(f"encoding {row} is not finite, or too long for float32")
        near = products[: len(queries) * len(chunk)].reshape(len(queries), len(chunk))
        np.matmul(doubled, single.T, out=near)
        near += norms
        # What rounding in float32 does to a product and its sums is at most about
        # n u (||q||² + ||x||²); twice that, since both sides of a comparison err.
        slack = np.finfo(np.float32).eps * (n + 8) * (lengths + float(norms.max()))
        limit = (best[:, -1] - lengths + slack).astype(np.float32)
        who, close, held = [], [], 0
        for query in np.flatnonzero(near.min(axis=1) <= limit):
            line = near[query]
            found = np.flatnonzero(line <= limit[query])
            if len(found) > 4 * k:
                kth = np.partition(line[found], k - 1)[k - 1]
                found = found[line[found] <= kth + slack[query]]
            who.append(np.full(len(found), query))
            close.append(found)
            held += len(found)
            if held >= rows:
                _merge(queries, chunk, start, who, close, best, indices)
                who, close, held = [], [], 0
        if held:
            _merge(queries, chunk, start, who, close, best, indices)
    return best, indices


def _merge(
    queries: np.ndarray,
    chunk: np.ndarray,
    start: int,
    who: list[np.ndarray],
    close: list[np.ndarray],
    best: np.ndarray,
    indices: np.ndarray,
) -> None:
    """Compare queries `who` with rows `close` of the chunk directly; keep the k best of each."""
    who, close = np.concatenate(who), np.concatenate(close)
    exact = chunk[close].astype(np.float64)
    exact -= queries[who]
    exact = np.einsum("ij,ij->i", exact, exact)
    asked, k = np.unique(who), best.shape[1]
    who = np.concatenate([np.repeat(asked, k), who])
    squared = np.concatenate([best[asked].ravel(), exact])
    rows = np.concatenate([indices[asked].ravel(), close + start])
    order = np.lexsort((rows, squared, who))
    first = np.searchsorted(who[order], asked)[:, None] + np.arange(k)
    best[asked], indices[asked] = squared[order][first], rows[order][first]


def _unit(encodings: np.ndarray) -> np.ndarray:
    """Scale rows to length 1, as `img_to_encoding` does with one."""
    lengths = np.linalg.norm(encodings, axis=1)
    good = (lengths > 0) & np.isfinite(lengths)
    if not good.all():
        raise ValueError(
            f"the encoding of picture {int(np.argmin(good))} has length "
            f"{lengths[np.argmin(good)]}, but only a finite length above 0 can be scaled to 1"
        )
    return encodings / lengths[:, None]
