"""Drawn faces: the same on every machine, hard for pixels, and their twins from the real world."""

import hashlib
import subprocess
import sys
import tarfile
from urllib.error import URLError

import numpy as np
import pytest
from PIL import Image

from coursekit.datasets import faces

SIZES = (64, 96, 128)


@pytest.fixture(scope="module")
def crowd():
    """60 people, 5 pictures of each, at the default difficulty."""
    return faces.sample(60, 5, seed=3)


def column(name):
    return faces.CONDITIONS.index(name)


def picture(person=0, size=64, seed=0, **wanted):
    """One picture of one person, calm but for the conditions named."""
    how = faces.conditions(1, difficulty=0)
    for name, value in wanted.items():
        how[:, column(name)] = value
    return faces.draw(faces.identities(person + 1, seed=seed)[person:], how, size=size)[0]


def error_rate(images, labels):
    """Equal error rate of the distance of raw pixels over all pairs, by sorting them."""
    flat = images.reshape(len(images), -1).astype(np.float64) / 255
    square = (flat * flat).sum(axis=1)
    distance = square[:, None] + square - 2 * flat @ flat.T
    i, j = np.triu_indices(len(labels), 1)
    same = (labels[i] == labels[j])[np.argsort(distance[i, j], kind="stable")]
    missed = 1 - np.cumsum(same) / same.sum()
    let_in = np.cumsum(~same) / (~same).sum()
    return float(np.max([missed, let_in], axis=0).min())


# Numbers


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, coursekit.datasets.faces\n"
        "heavy = {'tensorflow', 'sklearn', 'skimage', 'matplotlib', 'PIL', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_traits_lie_between_0_and_1_and_do_not_depend_on_how_many_are_asked_for():
    few, many = faces.identities(3, seed=4), faces.identities(500, seed=4)
    assert many.shape == (500, faces.N_TRAITS)
    assert many.dtype == np.float32
    assert many.min() >= 0
    assert many.max() <= 1
    assert np.array_equal(few, many[:3])
    assert not np.array_equal(few, faces.identities(3, seed=5))
    # All of the range is used, and no trait follows another.
    assert np.all(many.mean(axis=0) > 0.4)
    assert np.all(many.mean(axis=0) < 0.6)
    follow = np.corrcoef(many.T) - np.eye(faces.N_TRAITS)
    assert np.abs(follow).max() < 0.25


def test_names_fit_the_columns():
    assert len(set(faces.TRAITS)) == faces.N_TRAITS >= 30
    assert len(set(faces.CONDITIONS)) == faces.N_CONDITIONS
    assert faces.conditions(2).shape == (2, faces.N_CONDITIONS)
    assert faces.conditions(2).dtype == np.float32


def test_conditions_grow_with_difficulty():
    assert np.array_equal(faces.conditions(3, seed=1), faces.conditions(90, seed=1)[:3])
    calm = faces.conditions(300, difficulty=0)
    assert np.all(calm == calm[0])
    for name in ("yaw", "pitch", "roll", "glasses", "hat", "occlusion", "blur", "noise"):
        assert calm[0, column(name)] == 0, name
    half, full = (faces.conditions(2000, seed=2, difficulty=d) for d in (0.5, 1))
    for name in ("yaw", "roll", "scale", "light_x", "exposure", "background_hue"):
        assert 1.5 < full[:, column(name)].std() / half[:, column(name)].std() < 2.5, name
    for name in ("glasses", "hat", "occlusion", "mouth_open"):
        ratio = np.mean(full[:, column(name)] > 0) / np.mean(half[:, column(name)] > 0)
        assert 1.4 < ratio < 2.8, name


# Pictures


def test_the_same_pictures_on_every_machine():
    digest = hashlib.sha256()
    for size in SIZES:
        images, _ = faces.sample(4, 3, seed=20, size=size)
        digest.update(images.tobytes())
    assert digest.hexdigest() == "753f77d6429274a0870312849ad5bedbdd11b8780370536c9bcb5fcb58159b7d"


@pytest.mark.parametrize("size", SIZES)
def test_shape_and_type(size):
    images, labels = faces.sample(2, 3, size=size)
    assert images.shape == (6, size, size, 3)
    assert images.dtype == np.uint8
    assert images.flags.c_contiguous
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert labels.dtype.kind == "i"


def test_no_pictures_are_an_empty_array():
    images, labels = faces.sample(0, 5)
    assert images.shape == (0, 64, 64, 3)
    assert labels.shape == (0,)
    assert faces.identities(0).shape == (0, faces.N_TRAITS)
    assert faces.draw(faces.identities(0), faces.conditions(0)).shape == (0, 64, 64, 3)


@pytest.mark.parametrize("size", [64, 128])
def test_a_picture_does_not_depend_on_its_neighbors(size):
    """Not on the other pictures of the batch, nor on where a chunk ends."""
    traits, how = faces.identities(40, seed=8), faces.conditions(40, seed=8)
    together = faces.draw(traits, how, size=size)
    for k in (0, 7, 15, 16, 17, 39):
        alone = faces.draw(traits[k : k + 1], how[k : k + 1], size=size)
        assert np.array_equal(alone[0], together[k])
    assert np.array_equal(faces.draw(traits[::-1], how[::-1], size=size), together[::-1])


def test_arguments_are_left_unchanged():
    traits, how = faces.identities(3), faces.conditions(3)
    before = traits.copy(), how.copy()
    faces.draw(traits, how)
    assert np.array_equal(traits, before[0])
    assert np.array_equal(how, before[1])


def test_sample_is_identities_conditions_and_draw():
    images, _ = faces.sample(3, 4, seed=6, difficulty=0.5)
    traits = np.repeat(faces.identities(3, seed=6), 4, axis=0)
    how = faces.conditions(12, seed=6, difficulty=0.5)
    assert np.array_equal(images, faces.draw(traits, how))
    assert not np.array_equal(images, faces.sample(3, 4, seed=7, difficulty=0.5)[0])


@pytest.mark.parametrize("trait", faces.TRAITS)
def test_every_trait_can_be_seen(trait):
    """Some person looks different when this trait alone goes from one end to the other."""
    people = faces.identities(8, seed=1)
    how = faces.conditions(8, difficulty=0)
    low, high = people.copy(), people.copy()
    low[:, faces.TRAITS.index(trait)] = 0.02
    high[:, faces.TRAITS.index(trait)] = 0.98
    change = faces.draw(low, how).astype(int) - faces.draw(high, how)
    # A few pixels at least that change by more than noise would.
    assert np.sum(np.abs(change).max(axis=(0, 3)) > 20) >= 4


@pytest.mark.parametrize("condition", sorted(set(faces.CONDITIONS) - {"grain"}))
def test_every_condition_can_be_seen(condition):
    low, high = faces._CONDITIONS[condition][1:3]
    shown = {"hat_color": {"hat": 1}, "occlusion_place": {"occlusion": 1}, "light_x": {}}
    shown["background_place"] = {"background_pattern": 0.3}
    others = shown.get(condition, {}) | {"light_strength": 0.5}
    pictures = [picture(**(others | {condition: v})) for v in (low + 0.1 * (high - low), high)]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() > 12


def test_grain_chooses_the_noise():
    one, same, other = (picture(noise=1, grain=g) for g in (0.2, 0.2, 0.7))
    clean = picture()
    assert np.array_equal(one, same)
    change, again = one.astype(int) - clean, other.astype(int) - clean
    assert 4 < change.std() < 20
    assert abs(change.mean()) < 1.5
    assert abs(np.corrcoef(change.ravel(), again.ravel())[0, 1]) < 0.1


def test_yaw_turns_the_face_as_a_mirror_would():
    """Turning left and right are mirror images, but for what is not symmetric in a person."""
    person = faces.identities(1)
    for name in ("hair_volume", "mole", "scar", "freckles"):
        person[:, faces.TRAITS.index(name)] = 0
    how = faces.conditions(2, difficulty=0)
    how[:, column("background_place")] = 0.5
    how[:, column("yaw")] = -25, 25
    left, right = faces.draw(np.repeat(person, 2, axis=0), how).astype(int)
    assert np.abs(left[20:52] - right[20:52, ::-1]).mean() < 3
    assert np.abs(left[20:52] - right[20:52]).mean() > 8


def test_light_comes_from_its_side():
    left, right = (picture(light_x=x, light_y=0, light_strength=0.7) for x in (-1, 1))
    # Cheeks, left and right of the middle.
    for lit, dark in ((left[34:42, 18:26], left[34:42, 38:46]),
                      (right[34:42, 38:46], right[34:42, 18:26])):  # fmt: skip
        assert lit.mean() > dark.mean() + 15


def test_edges_are_smooth_and_pictures_use_the_range():
    images, _ = faces.sample(20, 2, seed=9, difficulty=0)
    shades = [len(np.unique(image.reshape(-1, 3), axis=0)) for image in images]
    assert min(shades) > 500
    assert images.min() < 40
    assert images.max() > 220


def test_a_larger_picture_shows_the_same():
    """Averaged down to 64 pixels, a picture of 128 is near one drawn at 64."""
    small, large = picture(size=64), picture(size=128)
    down = large.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(down - small).mean() < 3


def test_pixels_fail_at_the_default_difficulty(crowd):
    images, labels = crowd
    assert error_rate(images, labels) > 0.30
    easy = faces.sample(60, 5, seed=3, difficulty=0.1)
    assert error_rate(*easy) < 0.12


def test_color_alone_does_not_tell_people_apart(crowd):
    images, labels = crowd
    mean = images[:, 16:48, 16:48].mean(axis=(1, 2), keepdims=True)
    assert error_rate(mean, labels) > 0.15


# What cannot be drawn


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: faces.sample(2, 2, size=63), "size must be a whole number from 64 to 128, not 63"),
        (lambda: faces.sample(2, 2, size=129), "size must be .* not 129"),
        (lambda: faces.sample(2, 2, size=64.0), "size must be .* not 64.0"),
        (lambda: faces.sample(-1, 2), "people must be a whole number at least 0, not -1"),
        (lambda: faces.sample(1, -2), "pictures must be .* not -2"),
        (lambda: faces.sample(1, True), "pictures must be .* not True"),
        (lambda: faces.identities(-1), "n must be"),
        (lambda: faces.identities(1, seed=-1), "seed must be"),
        (lambda: faces.identities(1, seed=None), "seed must be"),
        (lambda: faces.conditions(-1), "m must be"),
        (lambda: faces.conditions(1, difficulty=-0.1), "difficulty must be .* from 0 to 2"),
        (lambda: faces.conditions(1, difficulty=2.1), "difficulty must be"),
        (lambda: faces.conditions(1, difficulty=float("nan")), "difficulty must be"),
        (lambda: faces.conditions(1, difficulty="hard"), "difficulty must be .* not 'hard'"),
        (lambda: faces.draw(faces.identities(2), faces.conditions(3)), "as many rows.* 2 and 3"),
        (lambda: faces.draw(faces.identities(2)[0], faces.conditions(1)), "traits must be .*shape"),
        (lambda: faces.draw(faces.identities(1)[:, 1:], faces.conditions(1)), "traits must be"),
        (lambda: faces.draw(faces.identities(1), [["a"]]), "conditions must be an array of numb"),
        (lambda: faces.draw(faces.identities(1) + 1, faces.conditions(1)), r"lie in \[0, 1\]"),
        (lambda: faces.draw(faces.identities(1) - 1, faces.conditions(1)), r"lie in \[0, 1\]"),
        (lambda: faces.draw(faces.identities(1) * np.nan, faces.conditions(1)), "must be finite"),
        (lambda: faces.draw(faces.identities(1), faces.conditions(1) / 0.0), "must be finite"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_bad_input_is_named_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_conditions_beyond_their_range_count_as_its_end():
    assert np.array_equal(picture(yaw=90), picture(yaw=45))
    assert np.array_equal(picture(smile=-7), picture(smile=-1))


# Labeled Faces in the Wild, in the layout that scikit-learn keeps


@pytest.fixture
def lfw(tmp_path):
    """Three people of 3, 2 and 1 drawn pictures, 250 pixels wide, and pairs of them."""
    home = tmp_path / "lfw_home"
    names = {"Ada_One": 3, "Bo_Two": 2, "Cy_Three": 1}
    for person, (name, count) in enumerate(names.items()):
        folder = home / "lfw_funneled" / name
        folder.mkdir(parents=True)
        for k in range(count):
            drawn = Image.fromarray(picture(person, size=128, smile=k / 3))
            frame = Image.new("RGB", (250, 250), (255, 0, 0))
            frame.paste(drawn, (61, 61))
            frame.save(folder / f"{name}_{k + 1:04d}.jpg", quality=95)
    pairs = "2\nAda_One\t1\t3\nBo_Two\t1\t2\nAda_One\t2\tBo_Two\t1\nBo_Two\t2\tCy_Three\t1\n"
    for name in ("pairs.txt", "pairsDevTrain.txt", "pairsDevTest.txt"):
        (home / name).write_text(pairs)
    return tmp_path


def test_lfw_people(lfw):
    images, labels, names = faces.load_lfw_people(data_home=lfw, download_if_missing=False)
    assert names == ["Ada One", "Bo Two"]
    assert images.shape == (5, 64, 64, 3)
    assert images.dtype == np.uint8
    assert sorted(labels.tolist()) == [0, 0, 0, 1, 1]
    # The frame is cut away, and each picture shows the person of its label.
    drawn = [picture(person, size=64).astype(int) for person in range(2)]
    for image, label in zip(images, labels, strict=True):
        apart = [np.abs(image - d).mean() for d in drawn]
        assert np.argmin(apart) == label
        assert min(apart) < 8


def test_lfw_people_by_number_of_pictures_size_and_color(lfw):
    images, _, names = faces.load_lfw_people(
        data_home=str(lfw), min_faces_per_person=3, size=100, color=False, download_if_missing=False
    )
    assert names == ["Ada One"]
    assert images.shape == (3, 100, 100, 3)
    assert np.all(images == images[..., :1])
    everybody = faces.load_lfw_people(
        data_home=lfw, min_faces_per_person=0, download_if_missing=False
    )
    assert len(everybody[2]) == 3
    with pytest.raises(ValueError, match="nobody in LFW has 9 pictures"):
        faces.load_lfw_people(data_home=lfw, min_faces_per_person=9, download_if_missing=False)


def test_lfw_pairs(lfw):
    images, same = faces.load_lfw_pairs(data_home=lfw, download_if_missing=False)
    assert images.shape == (4, 2, 64, 64, 3)
    assert images.dtype == np.uint8
    assert same.dtype == bool
    assert same.tolist() == [True, True, False, False]
    apart = np.abs(images[:, 0].astype(int) - images[:, 1]).mean(axis=(1, 2, 3))
    assert apart[same].max() < apart[~same].min()
    gray, _ = faces.load_lfw_pairs(
        subset="10_folds", data_home=lfw, size=80, color=False, download_if_missing=False
    )
    assert gray.shape == (4, 2, 80, 80, 3)
    assert np.all(gray == gray[..., :1])
    with pytest.raises(ValueError, match="subset must be 'train', 'test' or '10_folds'"):
        faces.load_lfw_pairs(subset="dev", data_home=lfw)


def test_lfw_from_its_archive(lfw, tmp_path):
    """scikit-learn unpacks the archive if that is all there is."""
    home = lfw / "lfw_home"
    with tarfile.open(home / "lfw-funneled.tgz", "w:gz") as archive:
        archive.add(home / "lfw_funneled", "lfw_funneled")
    (home / "lfw_funneled").rename(tmp_path / "elsewhere")
    images, _, _ = faces.load_lfw_people(data_home=lfw, download_if_missing=False)
    assert len(images) == 5


@pytest.mark.parametrize("load", [faces.load_lfw_people, faces.load_lfw_pairs])
def test_lfw_that_is_nowhere(load, tmp_path, monkeypatch):
    with pytest.raises(OSError, match=r"cannot be loaded .*lfw_home must hold lfw_funneled"):
        load(data_home=tmp_path, download_if_missing=False)

    def no_network(*arguments, **options):
        raise URLError("no network")

    monkeypatch.setattr("sklearn.datasets._lfw._fetch_remote", no_network)
    with pytest.raises(OSError, match=r"no network.*download_if_missing=True"):
        load(data_home=tmp_path)


def test_lfw_of_another_size(lfw):
    with pytest.raises(ValueError, match="size must be a whole number from 64 to 128, not 250"):
        faces.load_lfw_people(data_home=lfw, size=250)


# A folder of one's own


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "friends"
    for person, name in enumerate(("Bea", "Ann")):
        (path / name).mkdir(parents=True)
        for k in range(2):
            image = Image.fromarray(picture(person, size=128, smile=k))
            image.save(path / name / f"{k}.{('png', 'JPG')[k]}", format=("PNG", "JPEG")[k])
    (path / ".hidden").mkdir()
    (path / "notes.txt").write_text("not a person")
    (path / "Ann" / "notes.txt").write_text("not a picture")
    return path


def test_folder(folder):
    images, labels, names = faces.load_folder(folder)
    assert names == ["Ann", "Bea"]
    assert labels.tolist() == [0, 0, 1, 1]
    assert images.shape == (4, 64, 64, 3)
    assert images.dtype == np.uint8
    assert np.abs(images[0].astype(int) - picture(1)).mean() < 4
    assert np.abs(images[2].astype(int) - picture(0)).mean() < 4
    assert faces.load_folder(str(folder), size=100)[0].shape == (4, 100, 100, 3)


def test_folder_crops_to_the_middle_and_keeps_shapes(folder):
    wide = Image.new("RGB", (300, 100), (255, 0, 0))
    wide.paste((0, 0, 255), (100, 0, 200, 100))
    wide.save(folder / "Ann" / "a.png")
    tall = Image.new("L", (90, 200), 77)
    tall.save(folder / "Ann" / "b.png")
    images, _, _ = faces.load_folder(folder)
    assert np.all(images[2, 4:-4, 4:-4] == (0, 0, 255))
    assert np.all(images[3] == 77)


def test_folder_turns_pictures_as_exif_says(folder):
    sideways = Image.new("RGB", (80, 80), (0, 0, 0))
    sideways.paste((255, 255, 255), (0, 0, 40, 80))  # the left half
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    sideways.save(folder / "Ann" / "a.jpg", exif=exif, quality=95)
    image = faces.load_folder(folder)[0][2].astype(int)
    assert image[:28].min() > 200
    assert image[36:].max() < 50


def test_folder_errors(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nobody"):
        faces.load_folder(tmp_path / "nobody")
    with pytest.raises(ValueError, match="one folder of pictures for each person"):
        faces.load_folder(folder / "Ann")
    with pytest.raises(ValueError, match="size must be"):
        faces.load_folder(folder, size=20)
    whole = (folder / "Bea" / "1.JPG").read_bytes()
    for broken in (b"not a picture", whole[: len(whole) // 2], b""):
        (folder / "Bea" / "1.JPG").write_bytes(broken)
        with pytest.raises(ValueError, match=r"Bea.1\.JPG cannot be read as a picture"):
            faces.load_folder(folder)
    (folder / "Zoe").mkdir()
    (folder / "Bea" / "1.JPG").write_bytes(whole)
    with pytest.raises(ValueError, match="Zoe holds no picture"):
        faces.load_folder(folder)


def test_crops():
    images, labels = faces.load_crops()
    assert images.shape == (200, 25, 25)
    assert images.dtype == np.uint8
    assert images.min() < 20
    assert images.max() > 235
    assert labels.dtype == bool
    assert labels.sum() == 100
    # Faces are alike: each is nearer to the mean face than pieces of background are.
    middle = images[labels].mean(axis=0)
    apart = np.abs(images - middle).mean(axis=(1, 2))
    assert apart[labels].mean() < 0.8 * apart[~labels].mean()
