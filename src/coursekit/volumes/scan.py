"""A scan: numbers on a grid of voxels, how far apart these lie, and where its nodules are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["LUNG_WINDOW", "Scan", "lung_mask"]

# Hounsfield units that a drawn scan calls 0 and 1: air, and bone that is not very dense.
LUNG_WINDOW = (-1000.0, 400.0)


@dataclass(frozen=True, eq=False)
class Scan:
    """A volume of voxels, with what is known of its nodules.

    Rows run from the front of the body to its back, columns from its right side to its left, and
    slices from the feet to the head. One slice ``voxels[:, :, k]`` is thus what a radiologist sees:
    the body from below, its front up.

    Parameters
    ----------
    voxels : array_like, shape (n_H, n_W, n_D)
        Kept as float32.
    spacing : float or (float, float, float)
        Distance of neighboring voxels along rows, columns and slices, in millimeters; one number
        where all are alike.
    nodules : array_like, shape (k, 3)
        Middles of the nodules, counted in voxels: 0 is the middle of the first voxel.
    radii : array_like, shape (k,)
        Their radii in millimeters.
    name : str
    unit : str
        "HU" for Hounsfield units (air -1000, water 0), "drawn" for a drawing, which calls 0 what
        has -1000 HU and 1 what has 400.

    Raises
    ------
    ValueError
        If shapes do not fit, a nodule lies outside, or a number is of no use.
    """

    voxels: ArrayLike = field(repr=False)
    spacing: float | Sequence[float] = 1.0
    nodules: ArrayLike = field(default=(), repr=False)
    radii: ArrayLike = field(default=(), repr=False)
    name: str = "scan"
    unit: str = "drawn"

    def __post_init__(self) -> None:
        if np.iscomplexobj(self.voxels):
            raise ValueError("voxels are complex, but a scan holds real numbers")
        voxels = np.asarray(self.voxels, np.float32)
        if voxels.ndim != 3 or voxels.size == 0:
            raise ValueError(
                f"voxels have shape {voxels.shape}, but a scan has the shape (n_H, n_W, n_D)"
            )
        if not np.isfinite(voxels).all():
            raise ValueError("voxels hold NaN or infinity, but a scan has a number everywhere")
        spacing = spacing_of(self.spacing)
        nodules = np.asarray(self.nodules, float)
        nodules = nodules.reshape(0, 3) if nodules.size == 0 else nodules
        radii = np.asarray(self.radii, float)
        if nodules.ndim != 2 or nodules.shape[1] != 3:
            raise ValueError(f"nodules have shape {nodules.shape}, but positions are (k, 3)")
        if radii.shape != (len(nodules),):
            raise ValueError(
                f"radii have shape {radii.shape}, but {len(nodules)} nodules need ({len(nodules)},)"
            )
        outside = ~np.all((nodules >= -0.5) & (nodules <= np.array(voxels.shape) - 0.5), axis=1)
        if outside.any():
            number = int(np.argmax(outside))
            raise ValueError(
                f"nodule {number} at {nodules[number].tolist()} lies outside the scan of shape "
                f"{voxels.shape}"
            )
        if not np.all((radii > 0) & np.isfinite(radii)):
            raise ValueError(f"radii are {radii.tolist()}, but each is a length above 0")
        if self.unit not in ("HU", "drawn"):
            raise ValueError(f'unit is {self.unit!r}, but it is "HU" or "drawn"')
        for key, value in (
            ("voxels", voxels),
            ("spacing", spacing),
            ("nodules", nodules),
            ("radii", radii),
        ):
            object.__setattr__(self, key, value)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and slices."""
        return self.voxels.shape

    @property
    def extent(self) -> tuple[float, float, float]:
        """Size in millimeters along rows, columns and slices."""
        return tuple(n * s for n, s in zip(self.shape, self.spacing))

    def plane(self, index: int, axis: int = 2) -> np.ndarray:
        """One slice through the scan, two-dimensional; by default ``voxels[:, :, index]``.

        Raises
        ------
        ValueError
            If there is no such slice or axis.
        """
        if axis not in (0, 1, 2):
            raise ValueError(f"axis is {axis}, but a scan has the axes 0, 1 and 2")
        n = self.shape[axis]
        if not (are_whole(index) and -n <= index < n):
            raise ValueError(f"there is no slice {index} among {n} along axis {axis}")
        return np.take(self.voxels, index, axis)

    def gray(self, window: tuple[float, float] = LUNG_WINDOW) -> np.ndarray:
        """The voxels as a drawn scan has them, (n_H, n_W, n_D): about 0 to 1.

        Parameters
        ----------
        window : (float, float)
            Hounsfield units that become 0 and 1; what lies beyond is cut off. Without effect on a
            drawn scan.
        """
        if self.unit == "drawn":
            return self.voxels
        low, high = window
        if not low < high:
            raise ValueError(f"window is {window}, but its first number is the smaller one")
        return np.clip((self.voxels - low) / (high - low), 0, 1, dtype=np.float32)

    def crop(self, center: Sequence[float], size: int | Sequence[int]) -> np.ndarray:
        """The voxels around a position, (size, size, size); beyond the border it repeats.

        Parameters
        ----------
        center : (float, float, float)
            In voxels; the nearest voxel becomes the middle one, number ``size // 2``.
        size : int or (int, int, int)
            Edge in voxels.

        Raises
        ------
        ValueError
            If the center is no position, or a size no whole number above 0.
        """
        sizes, middle = np.asarray(size, float), np.asarray(center, float)
        fits = sizes.shape in ((), (3,)) and np.isfinite(sizes).all()
        if not (fits and np.all((sizes >= 1) & (sizes % 1 == 0))):
            raise ValueError(
                f"size is {size}, but it is one whole number of voxels or three, each above 0"
            )
        if middle.shape != (3,) or not np.isfinite(middle).all():
            raise ValueError(f"center is {center}, but a position has three numbers")
        sizes = np.broadcast_to(sizes.astype(int), 3)
        first = np.round(middle).astype(int) - sizes // 2
        at = [
            np.clip(np.arange(start, start + length), 0, n - 1)
            for start, length, n in zip(first, sizes, self.shape)
        ]
        return self.voxels[np.ix_(*at)]

    def resampled(self, spacing: float | Sequence[float] = 1.0) -> Scan:
        """The same scan with voxels of another size; nodules stay where they are in the body.

        Parameters
        ----------
        spacing : float or (float, float, float)
            Wanted distance of voxels in millimeters. What comes differs by the little that makes a
            whole number of voxels fill the scan.
        """
        wanted = np.array(spacing_of(spacing))
        shape = np.maximum(1, np.round(np.array(self.extent) / wanted)).astype(int)
        if tuple(shape) == self.shape:
            return self
        from skimage.transform import resize

        # Soft pixels before larger steps: otherwise a thin vessel comes and goes.
        voxels = resize(
            self.voxels, shape, order=1, mode="edge", anti_aliasing=True, preserve_range=True
        )
        nodules = (self.nodules + 0.5) * shape / self.shape - 0.5
        return replace(
            self,
            voxels=voxels,
            spacing=tuple(float(length) for length in np.array(self.extent) / shape),
            nodules=nodules,
        )


def spacing_of(spacing: float | Sequence[float]) -> tuple[float, float, float]:
    """Three lengths in millimeters, from one number or three.

    Raises
    ------
    ValueError
        If these are not one or three numbers above 0.
    """
    lengths = np.asarray(spacing, float)
    if lengths.shape not in ((), (3,)) or not np.all((lengths > 0) & np.isfinite(lengths)):
        raise ValueError(
            f"spacing is {spacing}, but it is one length or three, each above 0 millimeters"
        )
    return tuple(float(length) for length in np.broadcast_to(lengths, 3))


def are_whole(*values: object) -> bool:
    """Whether all of these are whole numbers, Python's or NumPy's."""
    return all(isinstance(value, Integral) for value in values)


def lung_mask(scan: Scan) -> np.ndarray:
    """Which voxels belong to the lungs, vessels and nodules within them too.

    Dark voxels that are cut off from the air around the body, in the two largest pieces; then
    what is up to 8 mm wide within them or all around in lung is filled, and the outermost 1.5 mm
    are left out, where voxels are half lung and half wall.

    Returns
    -------
    ndarray, shape (n_H, n_W, n_D), bool
        All False where nothing looks like a lung.
    """
    from scipy import ndimage

    dark = scan.gray() < 0.4
    pieces, _ = ndimage.label(dark)
    # What reaches a side of the picture is the air around; a scan may end amid the lungs, though.
    outside = np.unique(np.concatenate([pieces[[0, -1]].ravel(), pieces[:, [0, -1]].ravel()]))
    sizes = np.bincount(pieces.ravel())
    sizes[outside] = 0
    sizes[0] = 0
    largest = np.argsort(sizes)[-2:]
    lungs = np.isin(pieces, largest[sizes[largest] > 0.005 * dark.size])
    if not lungs.any():
        return lungs
    # Room around, so that the border of the scan is no wall to what grows and shrinks.
    room = [int(np.ceil(6 / step)) for step in scan.spacing]
    lungs = np.pad(lungs, [(n, n) for n in room])
    wide = ndimage.distance_transform_edt(~lungs, sampling=scan.spacing) <= 4
    wide = ndimage.binary_fill_holes(wide)
    mask = ndimage.distance_transform_edt(wide, sampling=scan.spacing) > 5.5
    return mask[tuple(slice(n, -n) for n in room)]
