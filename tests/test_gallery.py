"""The gallery: one picture a person, the students' own functions, files that are whole, search."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

import coursekit
from coursekit.faces import encoder, gallery, recognition
from coursekit.faces.gallery import Gallery, nearest

NAMES = ("Ada", "Zoë", "李小龍", "‏نور", "O'Brien; DROP", "a\0", "\ud800", " ")


def model(pictures):
    """Encodes the mean of each column of the first channel."""
    return np.asarray(pictures, float)[..., 0].mean(axis=1) + 1e-3


def picture(*columns: float) -> np.ndarray:
    return np.broadcast_to(np.array(columns, float)[None, :, None], (4, len(columns), 3))


@pytest.fixture
def people() -> Gallery:
    """Ada points east, Bob north, Cem between them."""
    people = Gallery(model)
    people.add("Ada", picture(1, 0))
    people.add("Bob", picture(0, 1))
    people.add("Cem", picture(1, 1))
    return people


def unit(m: int, n: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((m, n), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_importing_loads_numpy_only():
    code = (
        "import sys, coursekit.faces.gallery\n"
        "sys.exit(any(m in sys.modules for m in ('tensorflow', 'keras', 'sklearn', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# People come and go


def test_one_picture_is_enough(people):
    assert people.names == ("Ada", "Bob", "Cem")
    assert len(people) == 3
    assert "Bob" in people
    assert list(people) == ["Ada", "Bob", "Cem"]
    np.testing.assert_allclose(np.linalg.norm(people.encodings, axis=1), 1, atol=1e-6)
    distance, name = people.identify(picture(0.9, 0.1), 0.2)
    assert name == "Ada"
    assert 0 < distance < 0.02
    people.add("Dee", picture(0.9, 0.1))
    assert people.identify(picture(0.9, 0.1), 0.2)[1] == "Dee"
    people.remove("Dee")
    assert people.identify(picture(0.9, 0.1), 0.2) == (distance, "Ada")


def test_a_stranger_is_nobody_and_has_a_distance(people):
    distance, name = people.identify(picture(1, 0.4), 0.01)
    assert name is None
    assert 0.01 < distance < 0.2


def test_verify_compares_with_the_person_named(people):
    distance, same = people.verify(picture(1, 0), "Ada", 0.5)
    assert distance < 1e-9
    assert same
    distance, same = people.verify(picture(1, 0), "Bob", 0.5)
    assert 1.9 < distance < 2
    assert not same


@pytest.mark.parametrize("threshold", [0, 0.05, 4])
def test_a_batch_and_its_pictures_one_by_one_are_the_same_people(people, threshold):
    batch = np.stack([picture(*np.abs(row)) for row in unit(20, 2)])
    together = people.identify(batch, threshold)
    alone = [people.identify(image, threshold) for image in batch]
    assert [name for _, name in together] == [name for _, name in alone]
    np.testing.assert_allclose([d for d, _ in together], [d for d, _ in alone], atol=1e-6)
    assert (
        len({name for _, name in together}) == {0: 1, 0.05: 4, 4: 3}[threshold]
    )  # with None among them, but for the widest


def test_an_empty_gallery_knows_nobody(people):
    empty = Gallery(model)
    assert empty.identify(picture(1, 0), 4) == (np.inf, None)
    assert empty.identify(np.stack([picture(1, 0)] * 2), 4) == [(np.inf, None)] * 2
    assert people.identify(np.zeros((0, 4, 2, 3)), 4) == []
    assert empty.encodings.shape == (0, 0)


def test_of_equal_people_the_first_added_comes_out():
    twins = Gallery(model)
    twins.add("second by name", picture(1, 0))
    twins.add("first by name", picture(1, 0))
    assert twins.identify(picture(1, 0), 1)[1] == "second by name"
    assert twins.identify(picture(1, 0)[None], 1)[0][1] == "second by name"


def test_names_that_are_known_or_unknown_are_named(people):
    with pytest.raises(ValueError, match="'Ada' is in the gallery already"):
        people.add("Ada", picture(0, 1))
    with pytest.raises(ValueError, match="'Eve' is given twice"):
        people.add_encodings(["Eve", "Eve"], unit(2, 2))
    for call in (people.remove, lambda name: people.verify(picture(1, 0), name, 1)):
        with pytest.raises(KeyError, match="'Eve' is not in this gallery of 3 people"):
            call("Eve")
    for name in ("", None, 7):
        with pytest.raises(ValueError, match="is no name"):
            people.add(name, picture(1, 0))
    assert people.names == ("Ada", "Bob", "Cem")


@pytest.mark.parametrize(
    ("names", "encodings", "sentence"),
    [
        (["Dee", "Eve"], unit(1, 2), r"shape \(1, 2\), but 2 names need \(2, n\)"),
        (["Dee"], unit(1, 3), "an encoding of 3 numbers does not fit"),
        (["Dee", "Eve"], [[1, 0], [np.nan, 1]], "encoding of 'Eve' holds NaN"),
        (["Dee", "Ada"], unit(2, 2), "'Ada' is in the gallery already"),
        ("Dee", unit(3, 2), r"but 1 names need"),
    ],
)
def test_encodings_are_added_all_or_none(people, names, encodings, sentence):
    with pytest.raises(ValueError, match=sentence):
        people.add_encodings(names, encodings)
    assert people.names == ("Ada", "Bob", "Cem")


def test_pictures_without_an_encoding_are_refused(people):
    blank = Gallery(lambda pictures: np.zeros((len(pictures), 2)))
    with pytest.raises(ValueError, match="length 0"):
        blank.add("Ada", picture(1, 0))
    with pytest.raises(ValueError, match=r"one picture is \(n_H, n_W, n_C\)"):
        people.add("Dee", np.zeros((1, 4, 2, 3)))
    blank.add_encodings(["Ada"], unit(1, 2))
    with pytest.raises(ValueError, match="encoding of picture 0 has length 0"):
        blank.identify(np.zeros((1, 4, 2, 3)), 1)


def test_a_removed_encoding_is_nowhere(people):
    people.add_encodings(["Dee", "Eve"], unit(2, 2))
    people.remove("Dee")
    for row in people._people.values():
        assert row.base is None or row.base.size <= 2


def test_encodings_cannot_be_changed_from_outside(people):
    with pytest.raises(ValueError, match="read-only"):
        people.encodings[0] = 0


def test_the_gallery_runs_on_the_functions_of_the_student(people):
    def img_to_encoding(image, model):
        return np.array([0.0, 1.0])

    def who_is_it(encoding, database, threshold):
        database.clear()  # their database is not ours
        return 0.25, "whoever"

    def verify(encoding, identity, database, threshold):
        return 0.5, sorted(database) == ["Ada", "Bob", "Cem"]

    with coursekit.use(img_to_encoding), coursekit.use(who_is_it), coursekit.use(verify):
        assert people.identify(picture(1, 0), 4) == (0.25, "whoever")
        assert people.verify(picture(1, 0), "Ada", 4) == (0.5, True)
        people.add("Dee", picture(1, 0))
        assert people.encodings[-1].tolist() == [0, 1]
    assert people.identify(picture(1, 0), 4)[1] == "Ada"


def test_the_shipped_encoder_is_loaded_when_it_is_first_needed(monkeypatch):
    loaded = []

    def load():
        loaded.append(1)
        return model

    monkeypatch.setattr(gallery, "load_encoder", load)
    people = Gallery()
    people.add_encodings(["Ada"], unit(1, 2))
    assert not loaded
    people.identify(picture(1, 0), 1)
    people.identify(picture(1, 0)[None], 1)
    assert len(loaded) == 1


# Files


def test_any_name_and_every_bit_come_back(tmp_path):
    people = Gallery(model)
    people.add_encodings(NAMES, unit(len(NAMES), 128))
    people.save(tmp_path / "people.npz")
    again = Gallery.load(tmp_path / "people.npz", model)
    assert again.names == NAMES
    np.testing.assert_array_equal(again.encodings, people.encodings)
    assert again.encodings.dtype == np.float32
    again.add_encodings(["Dee"], unit(1, 128, 1))
    assert Gallery.load(tmp_path / "people.npz").names == NAMES


def test_an_empty_gallery_comes_back(tmp_path):
    Gallery(model).save(tmp_path / "nobody.npz")
    assert Gallery.load(tmp_path / "nobody.npz").names == ()


def test_files_hold_no_pickle(people, tmp_path):
    people.save(tmp_path / "people.npz")
    with np.load(tmp_path / "people.npz", allow_pickle=False) as file:
        assert {name: file[name].dtype.kind for name in file.files} == {
            "gallery_format": "i",
            "names": "u",
            "encodings": "f",
        }


def test_a_file_is_written_whole_or_not_at_all(people, tmp_path, monkeypatch):
    path = tmp_path / "people.npz"
    people.save(path)
    before = path.read_bytes()
    people.remove("Ada")

    def full_disk(file, **arrays):
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="no space"):
        people.save(path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["people.npz"]


def test_damage_is_said_or_does_no_harm(people, tmp_path):
    """Every byte changed, one at a time, and the file cut at every length."""
    path = tmp_path / "people.npz"
    people.save(path)
    whole = path.read_bytes()
    damaged = [whole[:at] for at in range(0, len(whole), 7)]
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0x15
        damaged.append(bytes(changed))
    sentences = []
    for content in damaged:
        path.write_bytes(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile on names that are there twice
                again = Gallery.load(path)
        except ValueError as error:
            sentences.append(str(error))
        else:
            assert again.names == people.names
            np.testing.assert_array_equal(again.encodings, people.encodings)
    assert len(sentences) > 0.6 * len(damaged)
    assert all(str(path) in sentence and "\n" not in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"encodings": unit(1, 2)}, "is no gallery: it holds no 'gallery_format'"),
        ({"gallery_format": 2}, "it has another format"),
        ({"gallery_format": 1, "names": np.frombuffer(b'["A"]', np.uint8)}, "no 'encodings'"),
        ({"names": b'{"A": 1}'}, "of another kind"),
        ({"names": b"[A]"}, "no gallery that can be read"),
        ({"names": b"[1]"}, "1 is no name"),
        ({"names": b'["A", "A"]', "encodings": unit(2, 2)}, "'A' is given twice"),
        ({"names": b'["A", "B"]'}, "2 names need"),
        ({"encodings": np.array([["x", "y"]])}, "of another kind"),
        ({"encodings": np.array([[np.inf, 1]])}, "holds NaN or infinity"),
        ({"encodings": np.array([[{}, 1]], object)}, "damaged or no npz file of plain arrays"),
    ],
)
def test_files_that_hold_something_else_are_refused(tmp_path, arrays, sentence):
    if "gallery_format" not in arrays and (len(arrays) == 1 or "names" in arrays):
        good = {"gallery_format": 1, "names": b'["A"]', "encodings": unit(1, 2)}
        if sentence.startswith("is no gallery"):
            good = {}
        arrays = good | arrays
    if isinstance(arrays.get("names"), bytes):
        arrays["names"] = np.frombuffer(arrays["names"], np.uint8)
    np.savez(tmp_path / "file.npz", **arrays)
    with pytest.raises(ValueError, match=sentence):
        Gallery.load(tmp_path / "file.npz")


def test_a_missing_file_is_missing_and_no_file_of_another_kind_is_read(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        Gallery.load(tmp_path / "none.npz")
    np.save(tmp_path / "one.npy", unit(2, 2))
    (tmp_path / "text.npz").write_text("Ada: 1, 2, 3")
    with zipfile.ZipFile(tmp_path / "zip.npz", "w") as file:
        file.writestr("encodings", "text")
    for name in ("one.npy", "text.npz", "zip.npz"):
        with pytest.raises(ValueError, match=name):
            Gallery.load(tmp_path / name)


# Search


def search_by_loop(queries: np.ndarray, encodings: np.ndarray, k: int):
    """Each difference for itself, a stable sort."""
    squared = np.array(
        [[np.sum((q.astype(float) - x.astype(float)) ** 2) for x in encodings] for q in queries]
    )
    order = np.argsort(squared, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(squared, order, axis=1), order


@pytest.mark.parametrize("chunk_bytes", [1, 5_000, 64_000_000])
@pytest.mark.parametrize("k", [1, 3, 300])
def test_nearest_are_those_of_a_loop(k, chunk_bytes):
    queries, encodings = unit(9, 8, 1), unit(300, 8)
    squared, indices = nearest(queries, encodings, k, chunk_bytes=chunk_bytes)
    expected, order = search_by_loop(queries, encodings, k)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_allclose(squared, expected, rtol=1e-12)


@pytest.mark.parametrize("chunk_bytes", [3_000, 64_000_000])
@pytest.mark.parametrize("kind", ["few values", "one value", "descending"])
def test_equal_distances_go_to_the_lower_index(kind, chunk_bytes):
    rng = np.random.default_rng(3)
    encodings = {
        "few values": rng.integers(0, 2, (200, 3)).astype(np.float32),
        "one value": np.ones((200, 3), np.float32),
        "descending": np.repeat(np.arange(100, 0, -1), 2)[:, None] * np.ones((1, 3), np.float32),
    }[kind]
    queries = np.array([[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5]], np.float32)
    squared, indices = nearest(queries, encodings, 20, chunk_bytes=chunk_bytes)
    expected, order = search_by_loop(queries, encodings, 20)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_array_equal(squared, expected)


def test_neighbors_closer_than_float32_can_tell_by_the_product_come_in_order():
    """The product in float32 sees no difference here, or the wrong one."""
    rng = np.random.default_rng(5)
    center = unit(1, 128)[0].astype(float)
    steps = rng.permutation(np.arange(1, 401)) * 1e-6
    encodings = (center + steps[:, None] * unit(400, 128, 6)).astype(np.float32)
    query = center.astype(np.float32)[None]
    product = (encodings**2).sum(axis=1) - 2 * encodings @ query[0] + (query**2).sum()
    expected, order = search_by_loop(query, encodings, 25)
    assert (np.argsort(product, kind="stable")[:25] != order[0]).any()
    squared, indices = nearest(query, encodings, 25)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_allclose(squared, expected, rtol=1e-12)
    assert nearest(encodings[7:8], encodings)[0][0, 0] == 0


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float64])
def test_other_types_are_searched_as_they_are(dtype):
    rng = np.random.default_rng(0)
    encodings = rng.integers(0, 255, (120, 40)).astype(dtype)
    queries = rng.integers(0, 255, (4, 40)).astype(dtype)
    squared, indices = nearest(queries, encodings, 5, chunk_bytes=20_000)
    expected, order = search_by_loop(queries, encodings, 5)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_allclose(squared, expected)


def test_nearest_agree_with_scikit_learn():
    from sklearn.neighbors import NearestNeighbors

    queries, encodings = unit(30, 128, 1), unit(20_000, 128)
    squared, indices = nearest(queries, encodings, 5, chunk_bytes=1_000_000)
    search = NearestNeighbors(n_neighbors=5, algorithm="brute").fit(encodings)
    theirs, order = search.kneighbors(queries)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_allclose(squared, theirs**2, rtol=1e-4)


@pytest.mark.parametrize("kind", ["random", "equal", "descending"])
def test_memory_stays_bounded(kind):
    encodings = unit(8_000, 16)
    if kind == "equal":
        encodings[:] = encodings[0]
    if kind == "descending":
        encodings *= np.linspace(9, 1, len(encodings), dtype=np.float32)[:, None]
    queries = unit(60, 16, 1)
    bound = 300_000  # all products at once would take 1.9 MB
    tracemalloc.start()
    try:
        nearest(queries, encodings, 3, chunk_bytes=bound)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * bound


@pytest.mark.parametrize(
    ("queries", "encodings", "k", "sentence"),
    [
        (unit(2, 3), unit(2, 4), 1, "with the same n"),
        (unit(2, 3)[0], unit(2, 3), 1, "with the same n"),
        (unit(2, 3), unit(2, 3), 3, "k is 3, but it must be from 1 to 2"),
        (unit(2, 3), unit(2, 3), 0, "k is 0"),
        (unit(2, 3), np.zeros((0, 3)), 1, "from 1 to 0"),
        (np.full((1, 3), np.nan), unit(2, 3), 1, "queries hold NaN"),
        (unit(1, 2), np.array([[1, 1], [np.nan, 1]]), 1, "encoding 1 is not finite"),
        (unit(1, 2), np.array([[1, 1], [1e30, 1]]), 1, "encoding 1 is not finite, or too long"),
    ],
)
def test_searches_without_an_answer_are_refused(queries, encodings, k, sentence):
    with pytest.raises(ValueError, match=sentence):
        nearest(queries, encodings, k)


def test_no_queries_have_no_neighbors():
    squared, indices = nearest(np.zeros((0, 3)), unit(2, 3), 2)
    assert squared.shape == indices.shape == (0, 2)


def test_a_batch_is_encoded_like_a_single_picture(people):
    image = picture(0.3, 0.7)
    alone = recognition.img_to_encoding(image, model)
    batch = gallery._unit(encoder.encode(image[None], model))
    np.testing.assert_allclose(batch[0], alone, atol=1e-6)
