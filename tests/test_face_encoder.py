"""The encoder of faces and its training: small networks on patterns, the shipped one on faces."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import coursekit
from coursekit.datasets import faces
from coursekit.faces import encoder, measures, recognition, training
from coursekit.faces.encoder import build_encoder, encode, load_encoder
from coursekit.faces.training import choose_triplets, fit_head, train_encoder, train_siamese
from coursekit.weights import load_weights, read_npz, save_weights

SIZE = 8


def crowd(people, pictures, *, seed):
    """Patches of color that stand for people; a picture adds light, a shift and noise."""
    rng = np.random.default_rng(seed)
    patterns = rng.uniform(0, 255, (people, 2, 2, 3)).repeat(4, axis=1).repeat(4, axis=2)
    images = patterns.repeat(pictures, axis=0)
    images = np.stack([np.roll(image, rng.integers(-1, 2, 2), (0, 1)) for image in images])
    images = images * rng.uniform(0.5, 1, (len(images), 1, 1, 1)) + rng.normal(0, 20, images.shape)
    return images.clip(0, 255).astype(np.uint8), np.arange(people).repeat(pictures)


PICTURES, LABELS = crowd(40, 4, seed=1)
STRANGERS = crowd(30, 4, seed=2)
SMALL = {
    "steps": 60,
    "people_per_batch": 10,
    "pictures_per_batch": 3,
    "learning_rate": 3e-3,
    "augment": False,  # a shift by 3 of these 8 pixels leaves little
    "progress": False,
}


def small_encoder(**options):
    return build_encoder(SIZE, 16, **{"width": 8, "seed": 3} | options)


def error(model, images, labels):
    return measures.equal_error_rate(*measures.pairs(encode(images, model), labels)).rate


def weights(model):
    return {weight.path: np.array(weight) for weight in model.weights}


def assert_equal_weights(one, two):
    assert one.keys() == two.keys()
    for name, value in one.items():
        np.testing.assert_array_equal(value, two[name], err_msg=name)


# The network and its weights


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, coursekit.faces.encoder, coursekit.faces.training\n"
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("size", "dimension"), [(8, 1), (15, 7), (64, 128)])
def test_encodings_have_their_length_and_are_of_length_one(size, dimension):
    model = build_encoder(size, dimension, width=2)
    pictures = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), dtype=np.uint8)
    encodings = encode(pictures, model)
    assert encodings.shape == (3, dimension)
    assert encodings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(encodings, axis=1), 1, rtol=1e-5)


def test_seed_fixes_the_network_and_nothing_else():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert_equal_weights(weights(small_encoder()), weights(small_encoder()))
    assert not np.array_equal(
        small_encoder().get_weights()[0], small_encoder(seed=4).get_weights()[0]
    )
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_nonnegative_and_free_length():
    encodings = encode(PICTURES[:20], small_encoder(nonnegative=True))
    assert encodings.min() == 0
    np.testing.assert_allclose(np.linalg.norm(encodings, axis=1), 1, rtol=1e-5)
    lengths = np.linalg.norm(encode(PICTURES[:20], small_encoder(normalize=False)), axis=1)
    assert np.ptp(lengths) > 0.1


@pytest.mark.parametrize("wrong", [{"size": 4}, {"dimension": 0}, {"width": 0}])
def test_network_too_small(wrong):
    with pytest.raises(ValueError, match="at least"):
        build_encoder(**wrong)


def test_encoding_depends_on_the_picture_alone():
    model = small_encoder()
    together = encode(PICTURES[:7], model, batch_size=3)
    alone = np.concatenate([encode(PICTURES[i : i + 1], model) for i in range(7)])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(encode(PICTURES[:7].astype(float), model), alone, atol=1e-6)
    assert encode(PICTURES[:0], model).shape == (0, 16)


def test_any_callable_encodes():
    np.testing.assert_array_equal(
        encode(PICTURES[:5], lambda batch: batch[:, 0, 0], batch_size=2), PICTURES[:5, 0, 0]
    )


@pytest.mark.parametrize(
    ("shape", "said"),
    [((16, 16, 3), r"image\[np.newaxis\]"), ((2, 16, 16), "color"), ((2, 20, 20, 3), "20 by 20")],
)
def test_no_batch_of_pictures(shape, said):
    with pytest.raises(ValueError, match=said):
        encode(np.zeros(shape), small_encoder())


def test_weights_round_trip(tmp_path):
    model, other = small_encoder(), small_encoder(seed=5)
    save_weights(model, tmp_path / "folder" / "w.npz")
    load_weights(other, tmp_path / "folder" / "w.npz")
    assert_equal_weights(weights(model), weights(other))


def test_half_the_digits_encode_nearly_the_same(tmp_path):
    model, other = small_encoder(), small_encoder(seed=5)
    save_weights(model, tmp_path / "w.npz", half=True)
    load_weights(other, tmp_path / "w.npz")
    np.testing.assert_allclose(encode(PICTURES, model), encode(PICTURES, other), atol=5e-3)


def write_text(path):
    path.write_text("weights")


def write_half(path):
    save_weights(small_encoder(), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def write_flipped(path):
    save_weights(small_encoder(), path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def write_pickle(path):
    np.savez(path, weights=np.array([{}], dtype=object))


def write_single(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))


def write_wider(path):
    save_weights(small_encoder(width=9), path)


def write_nan(path):
    model = small_encoder()
    model.weights[0].assign(np.full(model.weights[0].shape, np.nan))
    save_weights(model, path)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (write_text, "damaged"),
        (write_half, "damaged"),
        (write_flipped, "damaged"),
        (write_pickle, "damaged"),
        (write_single, "damaged"),
        (write_wider, r"conv1/kernel has shape \(3, 3, 3, 9\) there and \(3, 3, 3, 8\) in"),
        (write_nan, "finite"),
    ],
)
def test_wrong_file_says_so_and_changes_nothing(tmp_path, write, said):
    write(tmp_path / "w.npz")
    model = small_encoder()
    with pytest.raises(ValueError, match=said) as caught:
        load_weights(model, tmp_path / "w.npz")
    assert "w.npz" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert_equal_weights(weights(model), weights(small_encoder()))


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"w\.npz"):
        load_weights(small_encoder(), tmp_path / "w.npz")


def test_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    save_weights(small_encoder(), tmp_path / "w.npz")
    before = (tmp_path / "w.npz").read_bytes()

    def break_off(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez_compressed", break_off)
    with pytest.raises(OSError, match="no space"):
        save_weights(small_encoder(seed=9), tmp_path / "w.npz")
    assert os.listdir(tmp_path) == ["w.npz"]
    assert (tmp_path / "w.npz").read_bytes() == before


# The shipped encoder


def test_shipped_weights_are_small_and_plain():
    assert encoder.SHIPPED.stat().st_size <= 3_000_000
    with zipfile.ZipFile(encoder.SHIPPED) as file:
        assert file.testzip() is None
    assert all(value.dtype.kind == "f" for value in read_npz(encoder.SHIPPED).values())


def test_shipped_encoder_tells_people_apart_whom_it_never_saw():
    images, labels = faces.sample(60, 6, seed=1234)
    genuine, impostor = measures.pairs(encode(images), labels)
    learned = measures.equal_error_rate(genuine, impostor).rate
    assert learned < 0.02
    assert measures.true_accept_rate(genuine, impostor, 1e-3) > 0.85
    pixels = measures.pairs(images.reshape(len(images), -1) / 255, labels)
    assert measures.equal_error_rate(*pixels).rate > 10 * learned


def test_shipped_encoder_is_a_new_copy_each_time():
    load_encoder().weights[0].assign(np.zeros(load_encoder().weights[0].shape))
    assert np.any(load_encoder().weights[0])


# Choosing triplets


def batch_of_encodings():
    rng = np.random.default_rng(7)
    return rng.normal(0, 0.3, (12, 4)), rng.permutation(np.arange(4).repeat(3))


@pytest.mark.parametrize("triplets", training.TRIPLETS)
def test_each_pair_gets_one_negative(triplets):
    encodings, labels = batch_of_encodings()
    chosen = choose_triplets(encodings, labels, triplets, 0.3, np.random.default_rng(0))
    a, p, n = chosen.T
    assert np.all((a != p) & (labels[a] == labels[p]) & (labels[a] != labels[n]))
    assert len({(i, j) for i, j, _ in chosen}) == len(chosen)
    all_pairs = 4 * 3 * 2
    assert len(chosen) == all_pairs if triplets != "semi-hard" else 0 < len(chosen) < all_pairs


def test_hard_negatives_are_the_nearest():
    encodings, labels = batch_of_encodings()
    for a, _, n in choose_triplets(encodings, labels, "hard", 0.2, np.random.default_rng(0)):
        others = [i for i in range(12) if labels[i] != labels[a]]
        assert n == min(others, key=lambda i: np.sum((encodings[a] - encodings[i]) ** 2))


@pytest.mark.parametrize("triplets", ["random", "semi-hard"])
def test_every_allowed_negative_has_its_turn(triplets):
    encodings, labels = batch_of_encodings()
    rng = np.random.default_rng(0)
    seen = {
        tuple(triplet)
        for _ in range(200)
        for triplet in choose_triplets(encodings, labels, triplets, 0.3, rng).tolist()
    }
    squared = [[np.sum((one - two) ** 2) for two in encodings] for one in encodings]
    allowed = {
        (a, p, n)
        for a, p, n in itertools.product(range(12), repeat=3)
        if a != p and labels[a] == labels[p] != labels[n]
        if triplets == "random" or squared[a][p] < squared[a][n] < squared[a][p] + 0.3
    }
    assert seen == allowed


def test_no_semi_hard_triplet_is_no_error():
    encodings = np.eye(4)[[0, 0, 1, 1]]
    rng = np.random.default_rng(0)
    assert choose_triplets(encodings, [0, 0, 1, 1], "semi-hard", 0.2, rng).shape == (0, 3)


@pytest.mark.parametrize("returned", [np.zeros((5, 2), int), np.full((5, 3), 0.5), [1, 2, 3]])
def test_students_triplets_of_another_form(returned):
    encodings, labels = batch_of_encodings()
    with (
        coursekit.use(lambda *_: returned, "semi_hard_triplets"),
        pytest.raises(ValueError, match=r"semi_hard_triplets returned shape .* \(t, 3\)"),
    ):
        choose_triplets(encodings, labels, "semi-hard", 0.2, np.random.default_rng(0))


# Training


@pytest.mark.parametrize("triplets", ["random", "semi-hard"])
def test_training_tells_strangers_apart(triplets):
    model = small_encoder()
    before = error(model, *STRANGERS)
    model, history = train_encoder(PICTURES, LABELS, triplets=triplets, model=model, **SMALL)
    assert error(model, *STRANGERS) < 0.7 * before
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(
        ("loss", "active", "same", "other"), 60
    )
    assert np.mean(history["loss"][-5:]) < 0.85 * np.mean(history["loss"][:5])
    assert all(0 <= share <= 1 for share in history["active"])
    assert history["other"][-1] > 2 * history["same"][-1]


def test_hard_triplets_pull_all_encodings_together_at_first():
    """Schroff et al. warn of it: the hardest negatives alone can collapse an encoder."""
    small = SMALL | {"steps": 20, "augment": True}
    _, hard = train_encoder(PICTURES, LABELS, triplets="hard", model=small_encoder(), **small)
    _, semi = train_encoder(PICTURES, LABELS, model=small_encoder(), **small)
    assert min(hard["other"]) < 0.6 * min(semi["other"])


def test_same_seed_same_training_and_labels_may_be_names():
    small = SMALL | {"steps": 6}
    names = np.array([f"person {label:03d}" for label in LABELS])
    one, history_one = train_encoder(PICTURES, LABELS, model=small_encoder(), **small)
    two, history_two = train_encoder(PICTURES, names, model=small_encoder(), **small)
    other, _ = train_encoder(PICTURES, LABELS, model=small_encoder(), seed=8, **small)
    assert_equal_weights(weights(one), weights(two))
    assert history_one == history_two
    assert not np.array_equal(one.get_weights()[0], other.get_weights()[0])


class Interruption(Exception):
    pass


def test_resumed_training_is_the_uninterrupted_one(tmp_path):
    options = SMALL | {"steps": 12, "every": 4, "validation": STRANGERS}

    def interrupt(step, *_):
        if step == 10:
            raise Interruption

    whole, history = train_encoder(PICTURES, LABELS, model=small_encoder(), **options)
    options["checkpoint"] = tmp_path / "state.npz"
    with pytest.raises(Interruption):
        train_encoder(PICTURES, LABELS, model=small_encoder(), on_step=interrupt, **options)
    taken = []
    resumed, history_resumed = train_encoder(
        PICTURES,
        LABELS,
        model=small_encoder(seed=99),
        on_step=lambda step, *_: taken.append(step),
        **options,
    )
    assert taken == [9, 10, 11, 12]
    assert history_resumed == history
    assert_equal_weights(weights(resumed), weights(whole))
    # A training that has ended goes no further.
    again, _ = train_encoder(PICTURES, LABELS, model=small_encoder(), **options)
    assert_equal_weights(weights(again), weights(whole))


def test_checkpoint_of_another_training(tmp_path):
    options = SMALL | {"steps": 1, "checkpoint": tmp_path / "state.npz"}
    train_encoder(PICTURES, LABELS, model=small_encoder(), **options)
    with pytest.raises(ValueError, match=r"another training: alpha was 0\.2 there and is 0\.3"):
        train_encoder(PICTURES, LABELS, alpha=0.3, model=small_encoder(), **options)
    with pytest.raises(ValueError, match="another training: pictures"):
        train_encoder(PICTURES[::-1], LABELS, model=small_encoder(), **options)
    with pytest.raises(ValueError, match="another form"):
        train_encoder(PICTURES, LABELS, model=small_encoder(width=5), **options)
    save_weights(small_encoder(), tmp_path / "state.npz")
    with pytest.raises(ValueError, match="no checkpoint"):
        train_encoder(PICTURES, LABELS, model=small_encoder(), **options)
    (tmp_path / "state.npz").write_bytes(b"PK")
    with pytest.raises(ValueError, match="damaged"):
        train_encoder(PICTURES, LABELS, model=small_encoder(), **options)


def test_stops_early_when_nothing_gets_better():
    # Two copies of one picture are at distance 0: an error of 0 from the start.
    copies = (PICTURES[::4].repeat(2, axis=0), LABELS[::4].repeat(2))
    _, history = train_encoder(
        PICTURES,
        LABELS,
        model=small_encoder(),
        validation=copies,
        patience=2,
        **SMALL | {"every": 3},
    )
    assert history["validation_step"] == [3, 6, 9]
    assert history["validation_eer"] == [0, 0, 0]
    assert len(history["loss"]) == 9


def test_best_weights_come_back(monkeypatch):
    errors = iter([0.3, 0.1, 0.2])
    monkeypatch.setattr(
        measures, "equal_error_rate", lambda *_: measures.EqualError(next(errors), 1.0)
    )
    seen = {}
    model, _ = train_encoder(
        PICTURES,
        LABELS,
        model=small_encoder(),
        validation=STRANGERS,
        on_step=lambda step, model, _: seen.setdefault(step, weights(model)),
        **SMALL | {"steps": 3, "every": 1},
    )
    assert_equal_weights(weights(model), seen[2])


def test_training_runs_on_the_students_functions():
    calls = []

    def my_semi_hard_triplets(encodings, labels, alpha):
        calls.append("triplets")
        return [[0, 1, 3]]

    import tensorflow as tf

    def my_triplet_loss(y_true, y_pred, alpha=0.2):
        calls.append("loss")
        anchor, positive, _ = y_pred
        return tf.reduce_sum((anchor - positive) ** 2)

    with coursekit.use(my_triplet_loss), coursekit.use(my_semi_hard_triplets):
        train_encoder(PICTURES, LABELS, model=small_encoder(), **SMALL | {"steps": 2})
    assert calls == ["triplets", "loss"] * 2


def test_moved_pictures_keep_their_size_and_are_moved_alone():
    gray = np.arange(8.0).repeat(8).reshape(1, 8, 8, 1) * np.ones((50, 1, 1, 3))
    moved = training._moved(gray, np.random.default_rng(0))
    assert moved.shape == gray.shape
    # Rows stay even, in order, without gaps; each of the seven moves has its turn.
    assert np.all(moved == moved[:, :, :1, :1])
    tops = moved[:, 4, 0, 0]
    assert set(tops) == set(range(1, 8))
    np.testing.assert_array_equal(
        moved[:, :, 0, 0], np.clip(tops[:, np.newaxis] + np.arange(-4, 4), 0, 7)
    )


def test_steps_can_be_watched():
    seen = []
    small = SMALL | {"steps": 2, "people_per_batch": 100, "pictures_per_batch": 2}
    model = small_encoder()
    _, history = train_encoder(
        PICTURES, LABELS, model=model, on_step=lambda *given: seen.append(given), **small
    )
    assert [step for step, _, _ in seen] == [1, 2]
    assert all(given is model for _, given, _ in seen)
    for name, values in history.items():
        assert [stats[name] for _, _, stats in seen] == values
    stats = seen[0][2]
    assert stats["encodings"].shape == (80, 16)  # all 40 people, where 100 were asked for
    assert np.bincount(stats["labels"]).tolist() == [2] * 40
    squared = measures.distances(stats["encodings"])
    strangers = stats["labels"][:, np.newaxis] != stats["labels"]
    np.testing.assert_allclose(stats["other"], squared[strangers].mean())


def test_progress_says_how_far_and_how_well(capsys):
    small = SMALL | {"steps": 2, "every": 1, "progress": True}
    train_encoder(PICTURES, LABELS, model=small_encoder(), validation=STRANGERS, **small)
    shown = capsys.readouterr().err
    assert "step 2 of 2" in shown
    for word in ("loss", "active", "validation error", "left"):
        assert word in shown


@pytest.mark.parametrize(
    ("images", "labels", "options", "said"),
    [
        (PICTURES, LABELS[:-1], {}, r"labels have shape \(159,\), but 160 pictures"),
        (PICTURES[:9], LABELS[:9], {}, "one picture of 2, but every person needs two"),
        (PICTURES[:4], LABELS[:4], {}, "1 people, but it takes at least 2"),
        (PICTURES[:0], LABELS[:0], {}, "0 people, but it takes at least 2"),
        (PICTURES[:, :6], LABELS, {}, "6 by 8"),
        (PICTURES[0], LABELS, {}, "batch of color pictures"),
        (PICTURES, LABELS, {"triplets": "easy"}, "random, semi-hard, hard"),
        (PICTURES, LABELS, {"alpha": -0.1}, "alpha is -0.1"),
        (PICTURES, LABELS, {"alpha": float("nan")}, "alpha is nan"),
        (PICTURES, LABELS, {"steps": 0}, "a step at least"),
        (PICTURES, LABELS, {"people_per_batch": 1}, "two people"),
        (PICTURES, LABELS, {"pictures_per_batch": 1}, "two pictures"),
        (PICTURES, LABELS, {"patience": 3}, "validation pictures too"),
        (PICTURES, LABELS, {"validation": (PICTURES, LABELS[:3])}, "labels have shape"),
    ],
)
def test_no_training_set(images, labels, options, said):
    with pytest.raises(ValueError, match=said):
        train_encoder(images, labels, model=small_encoder(), **SMALL | options)


def test_new_encoder_wants_square_pictures():
    with pytest.raises(ValueError, match="square"):
        train_encoder(PICTURES[:, :6], LABELS, **SMALL)


def test_broken_loss_stops_the_training():
    import tensorflow as tf

    with (
        coursekit.use(lambda y_true, y_pred, alpha: tf.constant(np.nan), "triplet_loss"),
        pytest.raises(FloatingPointError, match="smaller learning_rate"),
    ):
        train_encoder(PICTURES, LABELS, model=small_encoder(), **SMALL)


def test_loss_without_gradient_gets_a_sentence():
    with (
        coursekit.use(lambda y_true, y_pred, alpha: np.float32(1), "triplet_loss"),
        pytest.raises(ValueError, match="operations of TensorFlow or Keras, not NumPy"),
    ):
        train_encoder(PICTURES, LABELS, model=small_encoder(), **SMALL)


def test_command_remakes_the_weights(tmp_path, monkeypatch, capsys):
    sample = faces.sample
    monkeypatch.setattr(faces, "sample", lambda *_, seed: sample(25, 2, seed=seed))
    training.main(["--steps", "2", "--output", str(tmp_path / "w.npz")])
    said = capsys.readouterr().out
    assert "encoder: equal error rate" in said
    assert "raw pixels: equal error rate" in said
    load_weights(build_encoder(), tmp_path / "w.npz")


# The Siamese head


def half_and_half(labels):
    rng = np.random.default_rng(0)
    one, two = rng.integers(len(labels), size=(2, 20000))
    same, other = (np.flatnonzero(mask) for mask in _masks(labels, one, two))
    keep = np.concatenate([same, other[: len(same)]])
    return one[keep], two[keep], labels[one[keep]] == labels[two[keep]]


def _masks(labels, one, two):
    return (labels[one] == labels[two]) & (one != two), labels[one] != labels[two]


def accuracy(model, head):
    encodings = encode(STRANGERS[0], model)
    one, two, same = half_and_half(STRANGERS[1])
    return np.mean((head.probability(encodings[one], encodings[two]) > 0.5) == same)


@pytest.mark.parametrize("form", training.FORMS)
def test_head_on_encodings_that_stay(form):
    model = small_encoder()
    before = weights(model)
    given, head = train_siamese(PICTURES, LABELS, form=form, model=model)
    assert given is model
    assert_equal_weights(weights(model), before)
    assert head.form == form
    assert head.w.shape == ((32,) if form == "chi-square" else (16,))
    assert accuracy(model, head) > 0.6


@pytest.mark.parametrize("form", training.FORMS)
def test_head_and_encoder_together(form):
    options = SMALL | {"steps": 60}
    model = small_encoder(nonnegative=form == "chi-square")
    untrained = train_siamese(PICTURES, LABELS, form=form, model=model)[1]
    before = accuracy(model, untrained)
    model, head = train_siamese(PICTURES, LABELS, form=form, model=model, joint=True, **options)
    assert not head.split
    assert accuracy(model, head) > max(0.75, before + 0.03)


def test_probability_is_the_exercise_for_one_pair_and_for_many():
    encodings = encode(PICTURES[:6], small_encoder())
    head = fit_head(encode(PICTURES, small_encoder()), LABELS)
    many = head.probability(encodings[:3], encodings[3:])
    np.testing.assert_allclose(
        many,
        recognition.similarity(encodings[:3], encodings[3:], head.w, head.b),
        rtol=1e-5,
    )
    np.testing.assert_allclose(head.probability(encodings[0], encodings[3]), many[0], rtol=1e-5)
    np.testing.assert_allclose(head.probability(encodings[3:], encodings[:3]), many, rtol=1e-5)


def test_nonnegative_encodings_are_not_split():
    encodings = encode(PICTURES, small_encoder(nonnegative=True))
    head = fit_head(encodings, LABELS, form="chi-square", pairs=2000)
    assert head.w.shape == (16,)
    assert not head.split


def test_drawn_pairs_are_what_they_claim():
    people = np.random.default_rng(0).permutation(np.repeat(np.arange(5), [2, 3, 4, 2, 6]))
    one, two, same = training._draw_pairs(people, 4000, np.random.default_rng(1))
    np.testing.assert_array_equal(people[one] == people[two], same)
    assert same.sum() == 2000 == len(one) / 2
    assert not np.any(one == two)
    drawn = {(i, j) for i, j in zip(one[same], two[same])}
    assert len(drawn) == sum(k * (k - 1) for k in (2, 3, 4, 2, 6))


def test_head_refuses():
    encodings = encode(PICTURES, small_encoder())
    with pytest.raises(ValueError, match="absolute, chi-square"):
        fit_head(encodings, LABELS, form="cosine")
    with pytest.raises(ValueError, match="labels have shape"):
        fit_head(encodings, LABELS[:5])
    with pytest.raises(ValueError, match="nonnegative=True"):
        train_siamese(PICTURES, LABELS, form="chi-square", model=small_encoder(), joint=True)
    with pytest.raises(TypeError, match=r"steps: .*joint=True"):
        train_siamese(PICTURES, LABELS, model=small_encoder(), steps=3)
