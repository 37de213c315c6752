"""Scans of others come in upright and in Hounsfield units, and what is no volume is named."""

from __future__ import annotations

import itertools
import subprocess
import sys

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    MediaStorageDirectoryStorage,
    generate_uid,
)

from coursekit.volumes.readers import load_dicom, load_nifti
from coursekit.volumes.scan import Scan

# A volume of which no two sides are alike: front to back, right to left, feet to head.
SPACING = (0.5, 0.75, 2.0)
VOXELS = np.random.default_rng(0).integers(-1000, 400, (4, 5, 6)).astype(np.float32)
# The middle of voxel 0, 0, 0 in millimeters to the left, to the back and up, as DICOM counts.
CORNER = np.array([-30.0, 12.0, 100.0])
LEFT, BACK, UP = np.eye(3)


def value_at(place: np.ndarray) -> float:
    """The voxel whose middle lies at this place (to the left, to the back, up)."""
    left, back, up = np.round((place - CORNER) / np.array(SPACING)[[1, 0, 2]], 6)
    assert left == int(left)
    return VOXELS[int(back), int(left), int(up)]


def along(direction: np.ndarray) -> tuple[int, float]:
    """How many voxels lie along a direction, and how far apart."""
    axis = (1, 0, 2)[int(np.abs(direction).argmax())]
    return VOXELS.shape[axis], SPACING[axis]


def start_of(*directions: np.ndarray) -> np.ndarray:
    """The corner of the volume from which these directions lead into it."""
    far = CORNER.copy()
    for direction in directions:
        n, step = along(direction)
        if direction.sum() < 0:
            far -= direction * (n - 1) * step
    return far


def slices(right=LEFT, down=BACK, *, slope=2.0, intercept=-1024.0, series="1.2.3") -> list[Dataset]:
    """The volume as DICOM slices, from the start of the axis that is left over."""
    normal = np.cross(right, down)
    outward = np.abs(normal)
    (n_H, step_H), (n_W, step_W), (n_D, step_D) = along(down), along(right), along(outward)
    start = start_of(right, down)
    made = []
    for k in range(n_D):
        origin = start + outward * k * step_D
        pixels = np.empty((n_H, n_W), np.int16)
        for i, j in itertools.product(range(n_H), range(n_W)):
            hounsfield = value_at(origin + down * i * step_H + right * j * step_W)
            pixels[i, j] = (hounsfield - intercept) // slope
        made.append(slice_of(pixels, origin, right, down, (step_H, step_W), k, series))
        made[-1].RescaleSlope, made[-1].RescaleIntercept = slope, intercept
    return made


def slice_of(pixels, origin, right, down, spacing, number, series) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = generate_uid(entropy_srcs=[series, str(number)])
    data.SeriesInstanceUID = series
    data.Modality = "CT"
    data.PatientName = "Doe^Jane"
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.InstanceNumber = 100 - number  # against the order of places
    data.ImagePositionPatient = [float(x) for x in origin]
    data.ImageOrientationPatient = [float(x) for x in (*right, *down)]
    data.PixelSpacing = [float(x) for x in spacing]
    data.Rows, data.Columns = pixels.shape
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit = 15
    data.PixelRepresentation = 1
    data.PixelData = pixels.astype("<i2").tobytes()
    return data


def write(folder, made, names=None):
    folder.mkdir(parents=True, exist_ok=True)
    for k, data in enumerate(made):
        # Names without extension, in an order that means nothing.
        name = f"{(k * 7) % 11:03d}" if names is None else names[k]
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        pydicom.dcmwrite(folder / name, data, enforce_file_format=True)
    return folder


def nifti(path, order=(0, 1, 2), flips=(1, 1, 1), *, dtype=np.float32, slope=None):
    """The volume as a NIfTI file whose axes run as wanted: left, back, up are 0, 1, 2."""
    directions = [np.eye(3)[axis] * sign for axis, sign in zip(order, flips)]
    start = start_of(*directions)
    shape = [along(direction)[0] for direction in directions]
    steps = [direction * along(direction)[1] for direction in directions]
    array = np.empty(shape, np.float32)
    for at in np.ndindex(*shape):
        array[at] = value_at(start + sum(k * step for k, step in zip(at, steps)))
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = np.stack(steps, 1), start
    if slope:
        array = np.round((array - slope[1]) / slope[0])
    image = nibabel.Nifti1Image(array.astype(dtype), np.diag([-1, -1, 1, 1]) @ affine)
    if slope:
        image.header.set_slope_inter(*slope)
    nibabel.save(image, path)
    return path


def assert_upright(scan: Scan, *, within: float = 0) -> None:
    assert isinstance(scan, Scan)
    assert scan.unit == "HU"
    assert scan.voxels.dtype == np.float32
    assert scan.spacing == pytest.approx(SPACING)
    np.testing.assert_allclose(scan.voxels, VOXELS, rtol=0, atol=within)


ORIENTATIONS = {
    "axial": (LEFT, BACK),
    "axial, lying on the belly": (-LEFT, -BACK),
    "axial, mirrored": (-LEFT, BACK),
    "coronal": (LEFT, -UP),
    "sagittal": (BACK, -UP),
    "sagittal, head down": (BACK, UP),
}


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_a_series_comes_in_upright(tmp_path, name):
    scan = load_dicom(write(tmp_path / "chest", slices(*ORIENTATIONS[name], slope=1.0)))
    assert_upright(scan)
    assert scan.name == "chest"
    assert "Jane" not in repr(scan)


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, -1, 1), (1, -1, -1)])
def test_a_nifti_file_comes_in_upright(tmp_path, order, flips):
    assert_upright(load_nifti(nifti(tmp_path / "chest.nii", order, flips)))


def test_both_formats_give_the_same_scan(tmp_path):
    dicom = load_dicom(write(tmp_path / "chest", slices(slope=1.0)))
    packed = load_nifti(nifti(tmp_path / "chest.nii.gz", flips=(-1, -1, 1), dtype=np.int16))
    assert dicom.name == packed.name == "chest"
    assert dicom.spacing == pytest.approx(packed.spacing)
    np.testing.assert_array_equal(dicom.voxels, packed.voxels)


def test_slopes_and_intercepts_are_applied(tmp_path):
    assert_upright(load_dicom(write(tmp_path / "chest", slices(slope=2.0))), within=2)
    path = nifti(tmp_path / "a.nii", dtype=np.int16, slope=(0.5, -1024.0))
    assert nibabel.load(path).dataobj.slope == 0.5
    assert_upright(load_nifti(path))


def test_padding_becomes_air(tmp_path):
    made = slices(slope=1.0)
    for data in made:
        pixels = np.frombuffer(data.PixelData, "<i2").reshape(data.Rows, data.Columns).copy()
        pixels[0, 0], pixels[1, 1] = -2000, -1990
        data.PixelData = pixels.tobytes()
        data.PixelPaddingValue = -2000
    scan = load_dicom(write(tmp_path / "one", made))
    np.testing.assert_array_equal(scan.voxels[0, 0], -1000)
    np.testing.assert_array_equal(scan.voxels[1, 1], -1990 - 1024)
    for data in made:
        data.PixelPaddingRangeLimit = -1980
    scan = load_dicom(write(tmp_path / "range", made))
    np.testing.assert_array_equal(scan.voxels[1, 1], -1000)


def test_what_belongs_to_no_slice_is_left_out(tmp_path):
    made = slices(slope=1.0)
    overview = slices(slope=1.0, series="1.2.9")[0]
    overview.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    overview.Rows, overview.PixelData = 1, overview.PixelData[: 2 * overview.Columns]
    report = Dataset()
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    report.SOPClassUID, report.SOPInstanceUID = MediaStorageDirectoryStorage, generate_uid()
    report.Modality = "SR"
    folder = write(tmp_path / "chest", [*made, overview, report])
    write(folder / "again", made[:1])
    (folder / "notes.txt").write_text("Not a slice.")
    (folder / "empty").touch()
    assert_upright(load_dicom(folder))


@pytest.mark.parametrize("name", ["", "1.2.3.4"])
def test_slices_without_a_name_of_their_own_are_no_copies(tmp_path, name):
    made = every(SOPInstanceUID=name)(slices(slope=1.0))
    for k, data in enumerate(made):
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
        data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        pydicom.dcmwrite(tmp_path / str(k), data, enforce_file_format=True)
    assert_upright(load_dicom(tmp_path))


def test_one_of_several_series_may_be_chosen(tmp_path):
    folder = write(tmp_path / "a", slices(slope=1.0))
    write(folder / "b", slices(slope=1.0, series="1.2.4")[:2])
    with pytest.raises(ValueError, match=r"2 series.*1\.2\.3 \(6 slices\); 1\.2\.4 \(2 slices\)"):
        load_dicom(folder)
    assert_upright(load_dicom(folder, series="1.2.3"))
    with pytest.raises(ValueError, match=r"no series '9', only"):
        load_dicom(folder, series="9")


def rounded(made):
    """Places rounded to a tenth of a millimeter, as some scanners write them."""
    for k, data in enumerate(made):
        data.ImagePositionPatient = [-30.0, 12.0, round(100 + 2.0 * k + (0.04 if k % 2 else 0), 1)]
    return made


def test_rounded_places_are_even_enough(tmp_path):
    assert_upright(load_dicom(write(tmp_path, rounded(slices(slope=1.0)))))


def change(**values):
    """Give one slice other values; None takes the element away."""

    def changed(made):
        for key, value in values.items():
            if value is None:
                delattr(made[2], key)
            else:
                setattr(made[2], key, value)
        return made

    return changed


def tilted(made):
    for k, data in enumerate(made):
        data.ImagePositionPatient = [-30.0, 12.0 + 0.4 * k, 100 + 2.0 * k]
    return made


def every(**values):
    def changed(made):
        for data in made:
            for key, value in values.items():
                setattr(data, key, value)
        return made

    return changed


def compressed(made):
    from pydicom.encaps import encapsulate

    made[2].PixelData = encapsulate([b"no picture at all "])
    made[2]["PixelData"].is_undefined_length = True
    made[2].file_meta.TransferSyntaxUID = JPEG2000Lossless
    return made


BAD_SERIES = {
    "missing": (lambda made: made[:2] + made[3:], "slices are missing: 4 mm lie between"),
    "uneven": (
        change(ImagePositionPatient=[-30.0, 12.0, 104.7]),
        "slices are uneven: (2.7|1.3) mm lie between",
    ),
    "same place": (change(ImagePositionPatient=[-30.0, 12.0, 102.0]), "lie at the same place"),
    "tilted": (tilted, "shift by 2 mm .*tilted gantry"),
    "one": (lambda made: made[:1], "there is one slice"),
    "size": (
        change(Rows=2, PixelData=bytes(20)),
        "differ in Rows, 4 and 2|differ in Rows, 2 and 4",
    ),
    "pixel size": (change(PixelSpacing=[0.5, 0.8]), "differ in PixelSpacing"),
    "direction": (change(ImageOrientationPatient=[1, 0, 0, 0, 0, -1]), "differ in ImageOrient"),
    "no direction": (change(ImageOrientationPatient=[1, 0, 0, 1, 0, 0]), "at right angles"),
    "no place": (change(ImagePositionPatient=None), "lacks ImagePositionPatient"),
    "no slope": (change(RescaleSlope=None), "lacks RescaleSlope"),
    "slope 0": (change(RescaleSlope=0.0), "the RescaleSlope 0, which makes"),
    "half a spacing": (change(PixelSpacing=[0.5]), r"PixelSpacing.*not 2 numbers"),
    "no spacing": (every(PixelSpacing=[0.0, 0.75]), "not above 0"),
    "no pixels": (change(PixelData=None), "holds no pixels"),
    "half the pixels": (change(PixelData=bytes(8)), "damaged: its pixels cannot be read"),
    "compressed": (compressed, "is compressed .JPEG 2000.*decompress it"),
    "frames": (
        every(NumberOfFrames=6, SOPClassUID=EnhancedCTImageStorage),
        "holds 6 frames .enhanced CT.",
    ),
    "MR": (every(Modality="MR"), "modality MR, but only CT"),
    "color": (change(SamplesPerPixel=3), "is a color picture"),
    "only reports": (every(ImageType=["A", "B", "LOCALIZER"]), "but none is a slice"),
    "nothing": (lambda made: [], "holds no DICOM file"),
}


@pytest.mark.parametrize("name", BAD_SERIES)
def test_a_series_that_is_no_volume_is_named(tmp_path, name):
    spoil, said = BAD_SERIES[name]
    folder = write(tmp_path / "chest", spoil(slices(slope=1.0)))
    with pytest.raises(ValueError, match=said) as caught:
        load_dicom(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_a_cut_off_file_is_named(tmp_path):
    folder = write(tmp_path / "chest", slices(slope=1.0))
    whole = (folder / "000").read_bytes()
    (folder / "000").write_bytes(whole[:-30])
    with pytest.raises(ValueError, match=r"000 is (a )?damaged"):
        load_dicom(folder)
    (folder / "000").write_bytes(whole[:180])
    with pytest.raises(ValueError, match=r"000 is (a )?damaged"):
        load_dicom(folder)


def test_a_damaged_number_is_named(tmp_path):
    folder = write(tmp_path / "chest", slices(slope=1.0))
    whole = (folder / "000").read_bytes()
    (folder / "000").write_bytes(whole.replace(b"0.75", b"0.7!"))
    with pytest.raises(ValueError, match=r"000 has the PixelSpacing .*, not 2 numbers"):
        load_dicom(folder)


def test_an_empty_slice_is_named(tmp_path):
    folder = write(tmp_path / "chest", slices(slope=1.0))
    (folder / "7.DCM").touch()
    with pytest.raises(ValueError, match=r"7\.DCM is named as a DICOM file, but is none"):
        load_dicom(folder)


def test_no_folder_is_named(tmp_path):
    with pytest.raises(NotADirectoryError, match="is no folder"):
        load_dicom(tmp_path / "nowhere")


def save(path, array, affine=None, **header):
    image = nibabel.Nifti1Image(array, np.eye(4) if affine is None else affine)
    for key, value in header.items():
        image.header[key] = value
    nibabel.save(image, path)


def test_a_single_fourth_axis_and_other_units_are_taken(tmp_path):
    path = tmp_path / "one.nii"
    image = nibabel.Nifti1Image(np.zeros((3, 4, 5, 1), np.int16), np.diag([0.001, 0.002, 0.003, 1]))
    image.header.set_xyzt_units("meter")
    nibabel.save(image, path)
    scan = load_nifti(path, unit="drawn")
    assert scan.shape == (4, 3, 5)
    assert scan.spacing == pytest.approx((2, 1, 3))
    assert scan.unit == "drawn"


SHEARED = np.eye(4)
SHEARED[1, 2] = 0.3
BAD_FILES = {
    "film": (lambda p: save(p, np.zeros((3, 3, 3, 4), np.int16)), "shape .3, 3, 3, 4., but a scan"),
    "flat": (lambda p: save(p, np.zeros((3, 3), np.int16)), "has the shape"),
    "complex": (lambda p: save(p, np.zeros((3, 3, 3), np.complex64)), "one real number a voxel"),
    "sheared": (lambda p: save(p, np.zeros((3, 3, 3), np.int16), SHEARED), "is sheared"),
    "NaN": (lambda p: save(p, np.full((3, 3, 3), np.nan, np.float32)), "bad.nii: .*hold NaN"),
    "text": (lambda p: p.write_text("no volume"), "damaged, or no NIfTI"),
    "empty": (lambda p: p.touch(), "damaged, or no NIfTI"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_nifti_file_that_is_no_scan_is_named(tmp_path, name):
    make, said = BAD_FILES[name]
    make(tmp_path / "bad.nii")
    with pytest.raises(ValueError, match=said) as caught:
        load_nifti(tmp_path / "bad.nii")
    assert "\n" not in str(caught.value)


def test_a_nifti_file_must_say_how_it_lies(tmp_path):
    image = nibabel.Nifti1Image(np.zeros((3, 3, 3), np.int16), None)
    image.header["qform_code"] = image.header["sform_code"] = 0
    nibabel.save(image, tmp_path / "lost.nii")
    with pytest.raises(ValueError, match="does not say how it lies"):
        load_nifti(tmp_path / "lost.nii")


@pytest.mark.parametrize("name", ["cut.nii", "cut.nii.gz"])
def test_a_cut_off_nifti_file_is_named(tmp_path, name):
    whole = nifti(tmp_path / f"whole{name[3:]}").read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(ValueError, match="damaged"):
        load_nifti(tmp_path / name)


def test_other_formats_and_no_file_are_named(tmp_path):
    image = nibabel.MGHImage(np.zeros((3, 3, 3), np.float32), np.eye(4))
    nibabel.save(image, tmp_path / "head.mgz")
    with pytest.raises(ValueError, match="no NIfTI file, but of the kind MGHImage"):
        load_nifti(tmp_path / "head.mgz")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_nifti(tmp_path / "nowhere.nii")


@pytest.mark.parametrize(("load", "module"), [(load_dicom, "pydicom"), (load_nifti, "nibabel")])
def test_the_extra_is_named_where_it_is_missing(tmp_path, monkeypatch, load, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"needs {module}; .*coursekit\[records\]"):
        load(tmp_path)


def test_importing_loads_no_reader():
    code = (
        "import sys, coursekit.volumes.readers, coursekit.volumes.plots;"
        "heavy = {'pydicom', 'nibabel', 'scipy', 'matplotlib', 'skimage', 'tensorflow'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
