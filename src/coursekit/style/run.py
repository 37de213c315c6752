"""Where a painting stands: its state, which a file can keep, its history, its line of progress."""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from coursekit.datasets import pictures
from coursekit.weights import read_npz, write_npz

# Steps between two checkpoints. L-BFGS forgets at each what it has learned of the curvature, so
# that a painting that was stopped goes on as one that was not; fewer steps would slow it down.
CHUNK = 25

HISTORY = ("step", "seconds", "size", "cost", "content", "style", "variation")


class Run:
    """A painting under way.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, 3), float32
        Where it starts.
    shapes : sequence of (int, int)
        Height and width at each level, from coarse to fine.
    steps : sequence of int
        How many steps each level takes.
    frames : int
        How many pictures to keep on the way.
    finish : callable
        Makes of a picture at the last level what is shown of it.
    settings : dict
        What tells this painting from others: numbers, texts, lists, dicts of them.
    checkpoint : path, optional
        The file that keeps the state; the painting goes on from it if it is there.
    progress : bool
        Show a line of progress.

    Attributes
    ----------
    step : int
        Steps that are done, over all levels.
    image : ndarray
        The picture after them.
    moments : list of ndarray
        What the optimizer remembers.
    history : dict of lists
        As `Painting` has it.
    frames : list of ndarray, uint8
        Pictures kept so far.
    """

    def __init__(
        self,
        image: np.ndarray,
        shapes: Sequence[tuple[int, int]],
        steps: Sequence[int],
        *,
        frames: int,
        finish: Callable,
        settings: dict,
        checkpoint: str | os.PathLike | None,
        progress: bool,
    ) -> None:
        self.image, self.step, self.moments = image, 0, []
        self.history: dict[str, list] = {name: [] for name in HISTORY}
        self.frames: list[np.ndarray] = []
        self.shapes, self.ends, self.finish = list(shapes), np.cumsum(steps), finish
        self.due = np.rint(np.linspace(0, self.total, frames)) if frames > 1 else self.ends[-1:]
        self.due = self.due[:frames]
        self.settings, self.checkpoint, self.progress = settings, checkpoint, progress
        seconds = self._resume() if checkpoint and os.path.exists(checkpoint) else 0.0
        self.first, self.entered, self.shown = self.step, time.monotonic(), -np.inf
        self.began = self.entered - seconds

    @property
    def total(self) -> int:
        """Steps over all levels."""
        return int(self.ends[-1])

    @property
    def level(self) -> int:
        """The level that the next step belongs to."""
        return int(np.searchsorted(self.ends, self.step, side="right"))

    @property
    def left_at_level(self) -> int:
        """Steps until that level ends."""
        return int(self.ends[self.level]) - self.step

    def note(self, ahead: int, image: np.ndarray, cost: float, parts: Sequence[float]) -> None:
        """Enter the cost of a picture that is `ahead` steps further than the last state kept."""
        step, now = self.step + ahead, time.monotonic()
        if not np.isfinite(cost):
            raise FloatingPointError(
                f"the cost is no finite number any more after {step} steps: take smaller weights, "
                "or a smaller learning_rate"
            )
        entry = (step, now - self.began, max(image.shape[:2]), cost, *map(float, parts))
        for name, value in zip(HISTORY, entry):
            self.history[name].append(value)
        self._keep_frames(step, image)
        if self.progress and (now > self.shown + 1 or step == self.total):
            self._show(step, image.shape, cost, now)
            self.shown = now

    def advance(self, steps: int, image: np.ndarray, moments: list[np.ndarray]) -> None:
        """So many steps are done: take over what they made, and keep it."""
        level = self.level
        self.step, self.image, self.moments = self.step + steps, image, moments
        # An optimizer that found nothing better has noted fewer pictures than steps.
        self._keep_frames(self.step, image)
        if self.step == self.total or self.level != level:
            self.moments = []  # of pixels that the next level does not have
        if self.checkpoint:
            self._keep()

    def how_to_go_on(self) -> str:
        """A sentence for whoever stopped it."""
        if not self.checkpoint:
            return "stopped; nothing was kept, but with a checkpoint it could go on"
        if not self.step:
            return f"stopped before the first {CHUNK} steps, after which the state is kept"
        return (
            f"stopped after step {self.step} of {self.total}; run the same again to go on from "
            f"there (kept in {self.checkpoint})"
        )

    def close(self) -> None:
        """End the line of progress."""
        if self.progress and np.isfinite(self.shown):
            print(file=sys.stderr)

    def _keep_frames(self, step, image):
        while len(self.frames) < np.sum(self.due <= step):
            frame = self.finish(pictures.resize(np.clip(image, 0, 1), self.shapes[-1]))
            self.frames.append(np.rint(255 * frame).astype(np.uint8))

    def _show(self, step, shape, cost, now):
        """One line, written over the last."""
        done = self._work(step) - self._work(self.first)
        left = (self._work(self.total) - self._work(step)) * (now - self.entered) / max(done, 1)
        line = f"step {step} of {self.total}   {shape[0]} x {shape[1]} pixels   cost {cost:.4g}   "
        if step >= self.first + 5:  # the first takes longer: the graph is compiled
            line += f"{round(left) // 60}:{round(left) % 60:02d} left "
        print(f"\r{line:<72}", end="", file=sys.stderr, flush=True)

    def _work(self, step):
        """How much work so many steps are: a step takes as long as it has pixels, and a little."""
        pixels = np.array([h * w + 4000 for h, w in self.shapes])
        begun = np.concatenate([[0], self.ends[:-1]])
        return float(pixels @ np.clip(step - begun, 0, self.ends - begun))

    def _keep(self):
        facts = {"step": self.step, "seconds": time.monotonic() - self.began}
        facts |= {"history": self.history, "settings": self.settings}
        arrays = {"facts": np.array(json.dumps(facts)), "image": self.image}
        arrays |= {f"moments/{i}": array for i, array in enumerate(self.moments)}
        arrays |= {f"frames/{i}": array for i, array in enumerate(self.frames)}
        write_npz(self.checkpoint, arrays)

    def _resume(self):
        """Put back what `_keep` wrote, or say in a ValueError why that cannot be."""
        arrays, path = read_npz(self.checkpoint), self.checkpoint
        if not {"facts", "image"} <= arrays.keys():
            raise ValueError(f"{path} is no checkpoint of a painting; give another path")
        facts = json.loads(str(arrays["facts"]))
        kept, wanted = facts["settings"], json.loads(json.dumps(self.settings))
        if kept != wanted:
            name = next(n for n in [*wanted, *kept] if kept.get(n) != wanted.get(n))
            raise ValueError(
                f"{path} belongs to another painting: {name} was {kept.get(name)} there and is "
                f"{wanted.get(name)} here; remove the file, or give another path"
            )
        self.step, self.history, self.image = facts["step"], facts["history"], arrays["image"]
        for kind in ("moments", "frames"):
            count = sum(name.startswith(f"{kind}/") for name in arrays)
            setattr(self, kind, [arrays[f"{kind}/{i}"] for i in range(count)])
        return facts["seconds"]


def fingerprint(arrays: Iterable[np.ndarray | None]) -> int:
    """A number that tells some arrays from others."""
    number = 0
    for array in arrays:
        if array is not None:
            number = zlib.crc32(repr(array.shape).encode(), number)
            number = zlib.crc32(np.ascontiguousarray(array), number)
    return number
