"""Scans of others: a CT series as DICOM files, or a volume as a NIfTI file.

Both become a `Scan` whose rows run from front to back, columns from right to left and slices from
feet to head, as near as whole axes come to that: axes are exchanged and turned around, and voxels
are never interpolated. The same volume in both formats gives the same scan.

The formats: DICOM PS3.3, C.7.6.2 (image plane) and C.11.1 (modality LUT); R. W. Cox and others, "A
(sort of) new image data format standard: NIfTI-1", 2004.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from coursekit.volumes.scan import Scan

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["load_dicom", "load_nifti"]

_DIRECTORY = "1.2.840.10008.1.3.10"  # the class of a DICOMDIR, a table of contents
_CT = "1.2.840.10008.5.1.4.1.1.2"  # the class of a slice
# What places a slice and gives its numbers a unit, and how many numbers each of them is.
_NEEDED = {
    "ImagePositionPatient": 3,
    "ImageOrientationPatient": 6,
    "PixelSpacing": 2,
    "RescaleSlope": 1,
    "RescaleIntercept": 1,
}
_READ = (
    *("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "Modality", "ImageType"),
    *("NumberOfFrames", "SamplesPerPixel", "Rows", "Columns", *_NEEDED),
)
_AIR = -1000.0  # Hounsfield units
_MM = {"mm": 1.0, "unknown": 1.0, "meter": 1000.0, "micron": 0.001}


def load_dicom(folder: str | os.PathLike, *, series: str | None = None) -> Scan:
    """Read a CT series from the DICOM files in a folder and in the folders within it.

    Slices are put in order by their places in the body; neither the names of the files nor their
    numbers count. Overviews (localizers), a DICOMDIR, copies of a slice, and files that are no
    DICOM or no image are left out.

    Parameters
    ----------
    folder : path
    series : str, optional
        The SeriesInstanceUID to read, where there are several.

    Returns
    -------
    Scan
        In Hounsfield units. What the scanner marks as padding becomes air, -1000. The scan has the
        name of the folder, for the names in the files may be a patient's.

    Raises
    ------
    ImportError
        If pydicom or nibabel is missing.
    NotADirectoryError
        If there is no such folder.
    ValueError
        If the files do not make one volume: several series, slices of different size or direction,
        missing or uneven ones, a tilted gantry, several frames in a file, no CT, or pixels that
        cannot be read.
    """
    pydicom = _extra("pydicom")
    orientations = _extra("nibabel.orientations")
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder; give the one with a series' DICOM files")
    slices = _images(pydicom, folder)
    slices = _one_series(slices, series, folder)
    for path, header in slices:
        _check_slice(path, header)
    slices, step = _in_order(slices)

    voxels = np.stack([_hounsfield(pydicom, path) for path, _ in slices], -1)
    first = slices[0][1]
    right, down, normal = _directions(first)
    between_rows, between_columns = (float(length) for length in first.PixelSpacing)
    axes = np.stack([down * between_rows, right * between_columns, normal * step], 1)
    # DICOM counts to the left and to the back, NIfTI to the right and to the front.
    voxels, spacing = _upright(orientations, voxels, np.diag([-1, -1, 1]) @ axes)
    return Scan(voxels, spacing, name=folder.resolve().name, unit="HU")


def load_nifti(path: str | os.PathLike, *, unit: str = "HU") -> Scan:
    """Read a volume from a NIfTI file, ``.nii`` or ``.nii.gz``.

    Parameters
    ----------
    path : path
    unit : str
        The format does not say what its numbers mean. Those of a CT are Hounsfield units by
        custom.

    Returns
    -------
    Scan
        With the file's own slope and intercept applied, and its name.

    Raises
    ------
    ImportError
        If nibabel is missing.
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged or no NIfTI, has more than three axes or no plain numbers, or does
        not say how it lies in the body.
    """
    nibabel = _extra("nibabel")
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        image = nibabel.load(path)
    except Exception as error:
        raise ValueError(f"{path.name} is damaged, or no NIfTI file") from error
    if not isinstance(image, nibabel.Nifti1Pair):
        raise ValueError(f"{path.name} is no NIfTI file, but of the kind {type(image).__name__}")
    shape = image.shape
    if len(shape) < 3 or any(n != 1 for n in shape[3:]):
        raise ValueError(
            f"{path.name} has the shape {shape}, but a scan has three axes; save one volume of it "
            "as a file of its own"
        )
    if image.get_data_dtype().kind not in "iuf":
        raise ValueError(
            f"{path.name} holds {image.get_data_dtype()}, but a scan holds one real number a voxel"
        )
    if image.header["qform_code"] == 0 and image.header["sform_code"] == 0:
        raise ValueError(
            f"{path.name} does not say how it lies in the body: both its qform_code and its "
            "sform_code are 0"
        )
    try:
        voxels = image.get_fdata(dtype=np.float32).reshape(shape[:3])
        axes = image.affine[:3, :3] * _MM[image.header.get_xyzt_units()[0]]
    except Exception as error:
        raise ValueError(f"{path.name} is damaged: its voxels cannot be read") from error
    lengths = np.linalg.norm(axes, axis=0)
    if not (np.isfinite(axes).all() and (lengths > 0).all()):
        raise ValueError(f"{path.name} is damaged: its affine gives voxels no size")
    if np.abs((axes / lengths).T @ (axes / lengths) - np.eye(3)).max() > 1e-3:
        raise ValueError(
            f"{path.name} is sheared: its axes are not at right angles, as after a tilted gantry; "
            "resample it first"
        )
    voxels, spacing = _upright(nibabel.orientations, voxels, axes)
    name = path.name.removesuffix(".gz").removesuffix(".nii")
    try:
        return Scan(voxels, spacing, name=name, unit=unit)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _extra(name: str) -> ModuleType:
    """A module of the extra for files of others."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f"reading scans needs {name.split('.')[0]}; install it with: "
            'pip install "coursekit[records]"'
        ) from error


def _upright(
    orientations: ModuleType, voxels: np.ndarray, axes: np.ndarray
) -> tuple[np.ndarray, tuple[float, ...]]:
    """Voxels and their spacing, from front to back, right to left, feet to head.

    Parameters
    ----------
    orientations : module
        That of nibabel.
    voxels : ndarray, shape (n_0, n_1, n_2)
    axes : ndarray, shape (3, 3)
        In column k how far a step along axis k leads, in millimeters to the right, to the front
        and up.
    """
    affine = np.eye(4)
    affine[:3, :3] = axes
    turn = orientations.ornt_transform(
        orientations.io_orientation(affine), orientations.axcodes2ornt("PLS")
    )
    spacing = np.empty(3)
    spacing[turn[:, 0].astype(int)] = np.linalg.norm(axes, axis=0)
    turned = orientations.apply_orientation(voxels, turn)
    return np.ascontiguousarray(turned), tuple(spacing.tolist())


# DICOM


def _images(pydicom: ModuleType, folder: Path) -> list[tuple[Path, Dataset]]:
    """The images in a folder that are slices, with their headers."""
    found = []
    others = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True)
            for key in _READ:  # pydicom looks at a value when it is asked for
                header.get(key)
            kind = header.file_meta.get("MediaStorageSOPClassUID", "")
        except pydicom.errors.InvalidDicomError:
            if path.suffix.lower() in (".dcm", ".ima"):
                raise ValueError(f"{path.name} is named as a DICOM file, but is none") from None
            continue
        except Exception as error:
            raise ValueError(f"{path.name} is a damaged DICOM file") from error
        if kind != _DIRECTORY and "Rows" not in header and header.get("SOPClassUID", _CT) == _CT:
            raise ValueError(f"{path.name} is a damaged DICOM file: it ends before its picture")
        overview = "LOCALIZER" in (header.get("ImageType") or ())
        if kind == _DIRECTORY or "Rows" not in header or overview:
            others += 1
            continue
        found.append((path, header))
    if not found:
        what = "no DICOM file" if not others else "DICOM files, but none is a slice"
        raise ValueError(f"the folder {folder} holds {what}")
    return found


def _one_series(
    slices: list[tuple[Path, Dataset]], series: str | None, folder: Path
) -> list[tuple[Path, Dataset]]:
    """The slices of one series."""
    groups: dict[str, list] = {}
    for path, header in slices:
        groups.setdefault(str(header.get("SeriesInstanceUID", "")), []).append((path, header))
    if series is None and len(groups) > 1:
        listed = "; ".join(f"{uid or 'unnamed'} ({len(of)} slices)" for uid, of in groups.items())
        raise ValueError(
            f"the folder {folder} holds {len(groups)} series; give one as series=...: {listed}"
        )
    if series is not None and series not in groups:
        raise ValueError(
            f"the folder {folder} holds no series {series!r}, only {', '.join(groups)}"
        )
    return groups[next(iter(groups)) if series is None else series]


def _check_slice(path: Path, header: Dataset) -> None:
    """See that a file is one slice of a CT that says where it lies."""
    if header.get("Modality") != "CT":
        raise ValueError(
            f"{path.name} has the modality {header.get('Modality', 'unknown')}, but only CT is in "
            "Hounsfield units"
        )
    if int(header.get("NumberOfFrames") or 1) > 1:
        raise ValueError(
            f"{path.name} holds {header.NumberOfFrames} frames (enhanced CT), which this reader "
            "does not take; convert it to one file a slice, or to NIfTI"
        )
    if header.get("SamplesPerPixel", 1) != 1:
        raise ValueError(f"{path.name} is a color picture, but a slice has one number a pixel")
    for key, count in _NEEDED.items():
        if header.get(key) is None:
            raise ValueError(
                f"{path.name} lacks {key}, without which its numbers have no place or no unit"
            )
        try:
            numbers = np.array(header.get(key), float).ravel()
        except ValueError:
            numbers = np.zeros(0)
        if len(numbers) != count or not np.isfinite(numbers).all():
            raise ValueError(f"{path.name} has the {key} {header.get(key)}, not {count} numbers")
    right, down, _ = _directions(header)
    if np.abs([right @ right - 1, down @ down - 1, right @ down]).max() > 1e-3:
        raise ValueError(
            f"{path.name} has an ImageOrientationPatient that is no pair of directions at right "
            "angles"
        )
    if min(header.PixelSpacing) <= 0:
        raise ValueError(f"{path.name} has the PixelSpacing {header.PixelSpacing}, not above 0")
    if header.RescaleSlope == 0:
        raise ValueError(
            f"{path.name} has the RescaleSlope 0, which makes all its numbers one; another is right"
        )


def _directions(header: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where columns, rows and slices lead, to the left, to the back and up."""
    right, down = np.array(header.ImageOrientationPatient, float).reshape(2, 3)
    return right, down, np.cross(right, down)


def _in_order(
    slices: Iterable[tuple[Path, Dataset]],
) -> tuple[list[tuple[Path, Dataset]], float]:
    """Slices along their normal, and the distance between two, if that is always the same."""
    # A copy has the same name and the same place: some programs empty the names of all slices.
    once = {}
    for path, header in slices:
        name = header.get("SOPInstanceUID") or path
        once[str(name), *map(float, header.ImagePositionPatient)] = path, header
    slices = list(once.values())
    path, first = slices[0]
    for other, header in slices[1:]:
        for key in ("Rows", "Columns", "PixelSpacing", "ImageOrientationPatient"):
            one, two = (np.array(h.get(key), float) for h in (first, header))
            if one.shape != two.shape or np.abs(one - two).max() > 1e-4:
                raise ValueError(
                    f"{path.name} and {other.name} differ in {key}, {first.get(key)} and "
                    f"{header.get(key)}, but the slices of a volume are alike"
                )
    if len(slices) < 2:
        raise ValueError(f"there is one slice, {path.name}, but a volume has two or more")

    right, down, normal = _directions(first)
    places = np.array([header.ImagePositionPatient for _, header in slices], float)
    order = np.argsort(places @ normal, kind="stable")
    slices, places = [slices[k] for k in order], places[order]
    names = [path.name for path, _ in slices]
    gaps = np.diff(places @ normal)
    step = float(np.median(gaps))
    if gaps.min() < 1e-3:
        k = int(gaps.argmin())
        raise ValueError(
            f"{names[k]} and {names[k + 1]} lie at the same place, but a volume has one slice "
            "there; perhaps two recordings were put into one folder"
        )
    k = int(gaps.argmax())
    # Places are often rounded to a tenth of a millimeter.
    if gaps[k] > 1.6 * step:
        raise ValueError(
            f"between {names[k]} and {names[k + 1]} slices are missing: {gaps[k]:g} mm lie between "
            f"them, and {step:g} mm elsewhere"
        )
    uneven = int(np.abs(gaps - step).argmax())
    if abs(gaps[uneven] - step) > 0.1 * step + 1e-6:
        raise ValueError(
            f"slices are uneven: {gaps[uneven]:g} mm lie between {names[uneven]} and "
            f"{names[uneven + 1]}, and {step:g} mm elsewhere"
        )
    shift = np.hypot(*((places - places[0]) @ np.stack([right, down], 1)).T)
    if shift.max() > 0.5 * min(float(length) for length in first.PixelSpacing):
        raise ValueError(
            f"slices do not lie straight behind each other: they shift by {shift.max():g} mm from "
            f"{names[0]} to {names[int(shift.argmax())]}, as with a tilted gantry; resample first"
        )
    return slices, float(gaps.mean())


def _hounsfield(pydicom: ModuleType, path: Path) -> np.ndarray:
    """The pixels of one file in Hounsfield units, (n_H, n_W)."""
    packed = False
    try:
        data = pydicom.dcmread(path)
        syntax = data.file_meta.get("TransferSyntaxUID")
        packed = syntax is not None and syntax.is_transfer_syntax and syntax.is_compressed
        stored = data.pixel_array if "PixelData" in data else None
        padding = [data.get("PixelPaddingValue"), data.get("PixelPaddingRangeLimit")]
    except Exception as error:
        if packed:
            raise ValueError(
                f"{path.name} is compressed ({syntax.name}) and cannot be unpacked here; "
                "decompress it, or install the decoders pylibjpeg and pylibjpeg-libjpeg"
            ) from error
        raise ValueError(f"{path.name} is damaged: its pixels cannot be read") from error
    if stored is None:
        raise ValueError(f"{path.name} holds no pixels")
    values = stored * float(data.RescaleSlope) + float(data.RescaleIntercept)
    if padding[0] is not None:
        # One value, or all from it to a limit on either side of it.
        low, high = sorted([padding[0], padding[0] if padding[1] is None else padding[1]])
        values = np.where((stored >= low) & (stored <= high), _AIR, values)
    return values.astype(np.float32)
