"""Training the encoder with the triplet loss, and the Siamese head with pairs.

A step draws a batch: some people, some pictures of each. The encoder encodes it; for every anchor
and positive of the batch one negative is chosen; the triplet loss of what was chosen says how the
weights should change. Which negative is chosen makes all the difference (`choose_triplets`).

Loss and semi-hard triplets are computed here in a way that suits a batch. After
`coursekit.use(my_triplet_loss)` or `coursekit.use(my_semi_hard_triplets)` training runs on yours.

    python -m coursekit.faces.training

remakes the weights that the package ships: on two cores 5 minutes of training, after the drawing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coursekit.exercises import own
from coursekit.faces import measures
from coursekit.faces.encoder import SHIPPED, as_pictures, build_encoder, encode, load_encoder
from coursekit.weights import assign_weights, load_weights, read_npz, save_weights, write_npz

TRIPLETS = ("random", "semi-hard", "hard")
FORMS = ("absolute", "chi-square")

# What the shipped encoder is trained with.
RECIPE = {"triplets": "semi-hard", "alpha": 0.2, "seed": 0}


def train_encoder(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    triplets: str = "semi-hard",
    alpha: float = 0.2,
    steps: int = 1000,
    people_per_batch: int = 32,
    pictures_per_batch: int = 4,
    learning_rate: float = 3e-3,
    augment: bool = True,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    every: int = 100,
    patience: int | None = None,
    checkpoint: str | os.PathLike | None = None,
    progress: bool = True,
    seed: int = 0,
    model=None,
    on_step: Callable | None = None,
):
    """Train an encoder with the triplet loss.

    Parameters
    ----------
    images : ndarray, shape (m, size, size, 3)
        Pictures of 0 to 255.
    labels : array_like, shape (m,)
        Who is on each picture: whole numbers or names. Everybody needs two pictures at least.
    triplets : {"semi-hard", "random", "hard"}
        Which negative goes with an anchor and a positive, see `choose_triplets`.
    alpha : float
        The margin, at least 0.
    steps : int
        Batches to train on.
    people_per_batch, pictures_per_batch : int
        People in a batch and pictures of each; all that there are where there are fewer.
    learning_rate : float
        The largest rate; it rises to it in the first steps, then falls along half a cosine.
    augment : bool
        Move every picture by up to 3 pixels each way. Pictures are not mirrored: then the side
        of a mole or of a parting could no longer tell anything.
    validation : (images, labels), optional
        Pictures of other people, to measure the equal error rate on every `every` steps.
    every : int
        Steps from one validation, or one checkpoint, to the next.
    patience : int, optional
        Stop when so many validations in a row bring no new best.
    checkpoint : path, optional
        Where to keep the state of the training. If the file is there, training goes on from it,
        as if it had never stopped.
    progress : bool
        Show a line with loss, share of triplets that teach, and time left, on standard error.
    seed : int
        Fixes the random weights, batches and choices: on one machine the result is the same.
    model : keras.Model, optional
        The encoder to train further; a new one where there is none.
    on_step : callable, optional
        Called as `on_step(step, model, stats)` after each step, with what `history` gets of it
        and the `encodings` and `labels` of its batch.

    Returns
    -------
    model : keras.Model
        The encoder: with `validation` as it was at its best, else as it was at the end.
    history : dict of lists
        A number for each step: `loss`, the triplet loss divided by the pairs of anchor and
        positive in the batch; `active`, the share of these pairs whose triplet teaches (its loss
        is above 0); `same` and `other`, the mean squared distance between two pictures of one
        person and of two people. A number for each validation: `validation_step` and
        `validation_eer`.

    Raises
    ------
    ValueError
        If images and labels do not fit, somebody has one picture only, an argument makes no
        sense, or the checkpoint is damaged or belongs to another training.
    FloatingPointError
        If the loss is no longer a finite number.

    Notes
    -----
    Source: F. Schroff, D. Kalenichenko and J. Philbin, "FaceNet: A unified embedding for face
    recognition and clustering", 2015.
    """
    import tensorflow as tf

    _known(triplets, TRIPLETS, "triplets")
    if not alpha >= 0:
        raise ValueError(f"alpha is {alpha}, but a margin is at least 0")

    def objective(encodings, people, rng):
        chosen = choose_triplets(encodings.numpy(), people, triplets, alpha, rng)
        if not len(chosen):
            return None, 0.0
        pairs = _pairs(people).sum()
        A, P, N = (tf.gather(encodings, chosen[:, k]) for k in range(3))
        # The difference of the two squared distances, by one product: A's own square cancels.
        short_of_margin = tf.einsum("ij,ij->i", N - P, 2 * A - P - N) + alpha
        students = own("triplet_loss")
        loss = (
            students(None, [A, P, N], alpha)
            if students
            else tf.reduce_sum(tf.nn.relu(short_of_margin))
        )
        return loss / pairs, np.sum(short_of_margin.numpy() > 0) / pairs

    return _train(
        model,
        images,
        labels,
        objective,
        kind={"triplets": triplets, "alpha": float(alpha)},
        steps=steps,
        people_per_batch=people_per_batch,
        pictures_per_batch=pictures_per_batch,
        learning_rate=learning_rate,
        augment=augment,
        validation=validation,
        every=every,
        patience=patience,
        checkpoint=checkpoint,
        progress=progress,
        seed=seed,
        on_step=on_step,
    )


def choose_triplets(
    encodings: np.ndarray,
    labels: np.ndarray,
    triplets: str,
    alpha: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Choose one negative for every anchor and positive of a batch.

    - "random": any picture of somebody else. Soon nearly all of these are far away already, and
      teach nothing.
    - "semi-hard": one that is farther than the positive, but not by the whole margin, at random;
      pairs for which there is none are left out.
    - "hard": the picture of somebody else that is nearest to the anchor.

    Parameters
    ----------
    encodings : ndarray, shape (m, n)
    labels : ndarray, shape (m,)
    triplets : {"random", "semi-hard", "hard"}
    alpha : float
        The margin; only "semi-hard" looks at it.
    rng : numpy.random.Generator

    Returns
    -------
    int ndarray, shape (t, 3)
        Indices of anchor, positive and negative; each pair of anchor and positive at most once.

    Raises
    ------
    ValueError
        If `triplets` is none of the three, or `semi_hard_triplets` (yours, after `use`) returns
        no array of such indices.
    """
    _known(triplets, TRIPLETS, "triplets")
    labels = np.asarray(labels)
    anchor, positive = np.nonzero(_pairs(labels))
    strangers = labels[anchor][:, np.newaxis] != labels
    if triplets == "semi-hard":
        students = own("semi_hard_triplets")
        if students:
            found = _indices(students(encodings, labels, alpha))
        else:
            d = measures.distances(encodings)
            beyond = d[anchor] - d[anchor, positive][:, np.newaxis]
            pair, negative = np.nonzero(strangers & (beyond > 0) & (beyond < alpha))
            found = np.stack([anchor[pair], positive[pair], negative], axis=1)
        # In random order, the first of each pair is a random one of that pair.
        found = found[rng.permutation(len(found))]
        _, first = np.unique(found[:, 0] * len(labels) + found[:, 1], return_index=True)
        return found[first]

    if triplets == "random":
        order = rng.random(strangers.shape)
    else:
        order = measures.distances(encodings)[anchor]
    negative = np.argmin(np.where(strangers, order, np.inf), axis=1)
    return np.stack([anchor, positive, negative], axis=1)


def _indices(found):
    """What a student's `semi_hard_triplets` returned, (t, 3), if that is what it is."""
    found = np.asarray(found)
    if found.size == 0:
        return np.zeros((0, 3), int)
    if found.ndim != 2 or found.shape[1] != 3 or found.dtype.kind not in "iu":
        raise ValueError(
            f"semi_hard_triplets returned shape {found.shape} of {found.dtype}, but indices "
            "of anchor, positive and negative have the shape (t, 3) and are whole numbers"
        )
    return found


@dataclass(frozen=True)
class SiameseHead:
    """Logistic regression on the difference of two encodings: are they of one person?

    Attributes
    ----------
    w : ndarray, shape (n,)
        A weight for each component.
    b : float
        The bias.
    form : {"absolute", "chi-square"}
        How components are compared.
    split : bool
        Whether encodings of both signs are split into their positive and negative parts first,
        which makes `n` twice their length: the chi-square form takes no negative numbers.
    """

    w: np.ndarray
    b: float
    form: str = "absolute"
    split: bool = False

    def probability(self, encodings_1: np.ndarray, encodings_2: np.ndarray) -> np.ndarray:
        """The probability that two encodings are of one person; by your `similarity` after `use`.

        Parameters
        ----------
        encodings_1, encodings_2 : ndarray, shape (n,) or (m, n)
            Two encodings, or two batches that are compared row by row.

        Returns
        -------
        float, or ndarray of shape (m,)
        """
        one, two = np.asarray(encodings_1), np.asarray(encodings_2)
        if self.split:
            one, two = _parts(one), _parts(two)
        students = own("similarity")
        if students:
            return students(one, two, self.w, self.b, self.form)
        from scipy.special import expit

        return expit(_difference(one, two, self.form) @ self.w + self.b)


def train_siamese(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    form: str = "absolute",
    model=None,
    joint: bool = False,
    pairs: int = 20_000,
    seed: int = 0,
    **training,
):
    """Train a Siamese network as a binary classifier: two pictures of one person, or of two.

    Half of the pairs are of one person (label 1), half of two people (label 0), so the
    probabilities hold for a door where every other visitor claims a wrong name.

    Parameters
    ----------
    images : ndarray, shape (m, size, size, 3)
        Pictures of 0 to 255.
    labels : array_like, shape (m,)
        Who is on each picture. Everybody needs two pictures at least.
    form : {"absolute", "chi-square"}
        How components are compared.
    model : keras.Model, optional
        The encoder. Without one: the shipped encoder, or for `joint` a new one.
    joint : bool
        Train the encoder too, on the same question, and the head once more at the end. Without
        it the encoder stays as it is, which takes seconds.
    pairs : int
        Pairs of pictures that the head is fitted to.
    seed : int
        Fixes which pairs, and the training.
    **training
        For `joint`: options of `train_encoder`, such as `steps` and `validation`.

    Returns
    -------
    model : keras.Model
    head : SiameseHead
        `head.probability(encode(images_1, model), encode(images_2, model))`.

    Raises
    ------
    ValueError
        As `train_encoder`; or if the form is unknown.

    Notes
    -----
    Source: Y. Taigman, M. Yang, M. Ranzato and L. Wolf, "DeepFace", 2014.
    """
    _known(form, FORMS, "form")
    images, people = _training_set(images, labels, model)
    if joint:
        model = _train_joint(images, people, form, model, seed, training)
    elif training:
        raise TypeError(f"{', '.join(training)}: options of a training with joint=True")
    model = model or load_encoder()
    return model, fit_head(encode(images, model), people, form=form, pairs=pairs, seed=seed)


def fit_head(
    encodings: np.ndarray,
    labels: np.ndarray,
    *,
    form: str = "absolute",
    pairs: int = 20_000,
    seed: int = 0,
) -> SiameseHead:
    """Fit a Siamese head to encodings that stay as they are.

    Parameters and errors are those of `train_siamese`, with `encodings` (m, n) for pictures.
    """
    from sklearn.linear_model import LogisticRegression

    _known(form, FORMS, "form")
    encodings = np.asarray(encodings)
    people = _people(labels, len(encodings))
    split = form == "chi-square" and bool((encodings < 0).any())
    if split:
        encodings = _parts(encodings)
    one, two, same = _draw_pairs(people, pairs, np.random.default_rng(seed))
    differences = np.asarray(_difference(encodings[one], encodings[two], form))
    # Components of a unit vector differ by little; at a scale of 1 the fit takes fewer steps.
    scale = differences.std() or 1.0
    fit = LogisticRegression(max_iter=1000).fit(differences / scale, same)
    return SiameseHead(fit.coef_[0] / scale, float(fit.intercept_[0]), form, split)


def _train_joint(images, people, form, model, seed, training):
    """Train the encoder by the cross-entropy of pairs in the batch, with weights of its own."""
    import keras
    import tensorflow as tf

    if model is None:
        nonnegative = form == "chi-square"
        model = build_encoder(images.shape[1], nonnegative=nonnegative, seed=seed)
    if form == "chi-square" and (encode(images[:8], model) < 0).any():
        raise ValueError(
            "the encoder gives negative numbers, which the chi-square form cannot compare; take "
            "build_encoder(nonnegative=True), or train the head alone, with joint=False"
        )
    w = keras.Variable(-np.ones(model.output_shape[-1], np.float32), name="head_w")
    b = keras.Variable(1.0, name="head_b")

    def objective(encodings, people, rng):
        one, two, same = _draw_pairs(people, 2 * len(people), rng)
        differences = _difference(tf.gather(encodings, one), tf.gather(encodings, two), form)
        z = tf.linalg.matvec(differences, w) + b
        losses = tf.nn.sigmoid_cross_entropy_with_logits(same.astype(np.float32), z)
        return tf.reduce_mean(losses), np.mean((z.numpy() > 0) != same)

    model, _ = _train(
        model, images, people, objective, extra=[w, b], kind={"form": form}, seed=seed, **training
    )
    return model


def _difference(f, g, form):
    """How two batches of encodings (m, n) differ, component by component: NumPy or TensorFlow."""
    if form == "absolute":
        return abs(f - g)
    # The tiny number keeps value and gradient at 0 where both components are 0.
    return (f - g) ** 2 / (f + g + 1e-9)


def _parts(encodings: np.ndarray) -> np.ndarray:
    """Positive and negative parts side by side: (..., n) -> (..., 2 n), nothing below 0."""
    return np.concatenate([np.maximum(encodings, 0), np.maximum(-encodings, 0)], axis=-1)


def _draw_pairs(people, count, rng):
    """Index pairs, half of one person and half of two: one, two, same (all of equal length)."""
    half = count // 2
    # The pictures of a person stand side by side in `order`; some way further round is another.
    order, pictures = np.argsort(people, kind="stable"), np.bincount(people)
    place = rng.integers(len(people), size=half)
    person = people[order[place]]
    start = (np.cumsum(pictures) - pictures)[person]
    further = rng.integers(1, pictures[person])
    anchor = order[place]
    positive = order[start + (place - start + further) % pictures[person]]
    # Chance alone draws enough pairs of strangers in a few rounds.
    strangers = np.zeros((0, 2), int)
    while len(strangers) < half:
        drawn = rng.integers(len(people), size=(count, 2))
        drawn = drawn[people[drawn[:, 0]] != people[drawn[:, 1]]]
        strangers = np.concatenate([strangers, drawn])[:half]
    one = np.concatenate([anchor, strangers[:, 0]])
    two = np.concatenate([positive, strangers[:, 1]])
    return one, two, np.arange(2 * half) < half


def _train(
    model,
    images,
    labels,
    objective,
    *,
    kind,
    extra=(),
    steps=1000,
    people_per_batch=32,
    pictures_per_batch=4,
    learning_rate=3e-3,
    augment=True,
    validation=None,
    every=100,
    patience=None,
    checkpoint=None,
    progress=True,
    seed=0,
    on_step=None,
):
    """The loop that both ways of training share; see `train_encoder` for what the names mean.

    `objective(encodings, people, rng)` gives the loss of a batch as a tensor (None if there is
    nothing to learn from) and the share of it that teaches; `extra` are trainable variables
    beside those of the model; `kind` tells trainings apart in a checkpoint.
    """
    import keras
    import tensorflow as tf

    if min(steps, people_per_batch - 1, pictures_per_batch - 1, every) < 1:
        raise ValueError(
            f"steps={steps}, people_per_batch={people_per_batch}, "
            f"pictures_per_batch={pictures_per_batch}, every={every}: a training takes a step at "
            "least, and a batch two people with two pictures each"
        )
    if patience is not None and validation is None:
        raise ValueError("patience waits for a better validation; give validation pictures too")
    images, people = _training_set(images, labels, model)
    if model is None:
        model = build_encoder(images.shape[1], seed=seed)
    if validation is not None:
        validation = _training_set(*validation, model)
    variables = [*model.trainable_variables, *extra]
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(variables)

    state = {"step": 0, "best": math.inf, "misses": 0, "history": {}, "weights": {}}
    rng = np.random.default_rng(seed)
    if checkpoint is not None:
        settings = kind | {"steps": steps, "every": every, "seed": seed, "augment": augment}
        settings |= {"learning_rate": learning_rate, "patience": patience}
        settings |= {"batch": [people_per_batch, pictures_per_batch]}
        settings["pictures"] = [_fingerprint(images, people), _fingerprint(*(validation or ()))]
        others = [*optimizer.variables, *extra]
        if os.path.exists(checkpoint):
            _resume(checkpoint, settings, model, others, state, rng)

    # Forward and, through the tape, backward run as compiled graphs. What happens between them
    # does not: there the exercises are called, and may be any Python.
    @tf.function(
        input_signature=[tf.TensorSpec([None, *images.shape[1:]], tf.float32)], autograph=False
    )
    def forward(batch):
        return model(batch, training=True)

    @tf.function(autograph=False)
    def update(gradients):
        optimizer.apply(gradients, variables)

    of_person = [np.flatnonzero(people == person) for person in range(people.max() + 1)]
    began, shown, first = time.monotonic(), 0.0, state["step"]
    while state["step"] < steps and (patience is None or state["misses"] < patience):
        batch = _draw_batch(of_person, people_per_batch, pictures_per_batch, rng)
        pictures = images[batch].astype(np.float32)
        if augment:
            pictures = _moved(pictures, rng)
        optimizer.learning_rate = _rate(state["step"], steps, learning_rate)
        with tf.GradientTape() as tape:
            encodings = forward(pictures)
            _finite(encodings, "an encoding", state["step"])
            loss, active = objective(encodings, people[batch], rng)
        if loss is not None:
            _finite(loss, "the loss", state["step"])
            gradients = tape.gradient(loss, variables) if tf.is_tensor(loss) else []
            if all(gradient is None for gradient in gradients):
                raise ValueError(
                    "no gradient reaches the encoder from the loss: compute it from the encodings "
                    "with operations of TensorFlow or Keras, not NumPy"
                )
            update(gradients)
        state["step"] += 1
        same, other = _mean_distances(encodings.numpy(), people[batch])
        stats = {"loss": float(loss or 0), "active": float(active), "same": same, "other": other}
        for name, value in stats.items():
            state["history"].setdefault(name, []).append(value)
        if on_step is not None:
            seen = {"encodings": encodings.numpy(), "labels": people[batch]}
            on_step(state["step"], model, stats | seen)
        if state["step"] % every == 0 or state["step"] == steps:
            if validation is not None:
                _validate(model, validation, state)
            if checkpoint is not None:
                _keep(checkpoint, settings, model, others, state, rng)
        now = time.monotonic()
        if progress and (now > shown + 1 or state["step"] == steps):
            _show(state, steps, (now - began) / (state["step"] - first))
            shown = now
    if progress and state["step"] > first:
        print(file=sys.stderr)
    if state["weights"]:
        assign_weights(model, state["weights"], "the best of this training")
    return model, state["history"]


def _training_set(images, labels, model=None):
    """Pictures and, for each, its person's number from 0; a ValueError if they are of no use."""
    images = as_pictures(images, model)
    if images.shape[1] != images.shape[2]:
        raise ValueError(
            f"the pictures are {images.shape[1]} by {images.shape[2]} pixels, but the encoder "
            "takes square ones; crop or scale them"
        )
    return images, _people(labels, len(images))


def _people(labels, count):
    """For each picture its person's number from 0; a ValueError if no pairs can be made."""
    labels = np.asarray(labels)
    if labels.shape != (count,):
        raise ValueError(
            f"labels have shape {labels.shape}, but {count} pictures need one each: ({count},)"
        )
    names, people, pictures = np.unique(labels, return_inverse=True, return_counts=True)
    if len(names) < 2:
        raise ValueError(f"there are pictures of {len(names)} people, but it takes at least 2")
    if pictures.min() < 2:
        raise ValueError(
            f"there is only one picture of {names[pictures.argmin()].item()!r}, but every person "
            f"needs two at least, an anchor and a positive ({np.sum(pictures < 2)} of "
            f"{len(names)} people have one: leave them out)"
        )
    return people


def _pairs(people):
    """Truth values (m, m): two different pictures of one person."""
    return (people[:, np.newaxis] == people) & ~np.eye(len(people), dtype=bool)


def _draw_batch(of_person, people_per_batch, pictures_per_batch, rng):
    """Indices of a batch: some people, some different pictures of each."""
    some = rng.permutation(len(of_person))[:people_per_batch]
    return np.concatenate([rng.permutation(of_person[i])[:pictures_per_batch] for i in some])


def _moved(pictures, rng, most=3):
    """Every picture moved by up to `most` pixels each way."""
    m, size = pictures.shape[:2]
    edge = (most, most)
    framed = np.pad(pictures, [(0, 0), edge, edge, (0, 0)], mode="edge")
    moved = np.empty_like(pictures)
    for i, (y, x) in enumerate(rng.integers(2 * most + 1, size=(m, 2))):
        moved[i] = framed[i, y : y + size, x : x + size]
    return moved


def _rate(step, steps, highest):
    """Up in a straight line over the first twentieth, then down half a cosine."""
    rise = max(1, steps // 20)
    return highest * min(1, (step + 1) / rise) * (1 + math.cos(math.pi * step / steps)) / 2


def _mean_distances(encodings, people):
    """Mean squared distance between pictures of one person, and of two people."""
    d, same = measures.distances(encodings), people[:, np.newaxis] == people
    return float(d[_pairs(people)].mean()), float(d[~same].mean())


def _finite(tensor, name, step):
    if not np.isfinite(tensor).all():
        raise FloatingPointError(
            f"{name} is no finite number any more after {step} steps; a smaller learning_rate, or "
            "encodings of length 1, may help"
        )


def _validate(model, validation, state):
    """Measure the equal error rate; note the weights if it is the lowest so far."""
    genuine, impostor = measures.pairs(encode(validation[0], model), validation[1])
    error = measures.equal_error_rate(genuine, impostor).rate
    state["history"].setdefault("validation_step", []).append(state["step"])
    state["history"].setdefault("validation_eer", []).append(error)
    state["misses"] += 1
    if error < state["best"]:
        state |= {"best": error, "misses": 0}
        state["weights"] = {weight.path: np.array(weight) for weight in model.weights}


def _fingerprint(images=None, people=None):
    """A number that tells one set of pictures from another."""
    return 0 if images is None else zlib.crc32(people, zlib.crc32(np.ascontiguousarray(images)))


def _keep(path, settings, model, others, state, rng):
    """Write the whole state of a training to one file of plain arrays."""
    facts = {name: state[name] for name in ("step", "best", "misses", "history")}
    facts |= {"settings": settings, "rng": rng.bit_generator.state}
    arrays = {f"model/{weight.path}": np.asarray(weight) for weight in model.weights}
    arrays |= {f"best/{name}": value for name, value in state["weights"].items()}
    arrays |= {f"other/{i}": np.asarray(variable) for i, variable in enumerate(others)}
    write_npz(path, arrays | {"facts": np.array(json.dumps(facts))})


def _resume(path, settings, model, others, state, rng):
    """Put back what `_keep` wrote, or say in a ValueError why that cannot be."""
    arrays = read_npz(path)
    if "facts" not in arrays:
        raise ValueError(f"{path} is no checkpoint of a training; give another path")
    facts = json.loads(str(arrays.pop("facts")))
    kept = facts.pop("settings")
    if kept != settings:
        name = next(n for n in [*settings, *kept] if kept.get(n) != settings.get(n))
        raise ValueError(
            f"{path} belongs to another training: {name} was {kept.get(name)} there and is "
            f"{settings.get(name)} here; remove the file, or give another path"
        )
    part = {"model": {}, "best": {}, "other": {}}
    for name, value in arrays.items():
        kind, _, rest = name.partition("/")
        part[kind][rest] = value
    assign_weights(model, part["model"], path)
    for i, variable in enumerate(others):
        variable.assign(part["other"][str(i)])
    rng.bit_generator.state = facts.pop("rng")
    state |= facts | {"weights": part["best"]}


def _show(state, steps, seconds_per_step):
    """One line of progress, written over the last."""
    last = {name: values[-1] for name, values in state["history"].items()}
    left = round((steps - state["step"]) * seconds_per_step)
    line = f"step {state['step']} of {steps}   loss {last['loss']:.4f}   "
    line += f"active {last['active']:4.0%}   "
    if "validation_eer" in last:
        line += f"validation error {last['validation_eer']:.2%}   "
    print(f"\r{line}{left // 60}:{left % 60:02d} left ", end="", file=sys.stderr, flush=True)


def _known(value, choices, name):
    if value not in choices:
        raise ValueError(f"{name} is {value!r}, but it must be one of: {', '.join(choices)}")


def main(arguments: list[str] | None = None) -> None:
    """Draw people, train the encoder on them, save it, and measure it on people it never saw."""
    parser = argparse.ArgumentParser(
        prog="python -m coursekit.faces.training", description=main.__doc__
    )
    parser.add_argument("--people", type=int, default=3000, help="people to train on")
    parser.add_argument("--pictures", type=int, default=8, help="pictures of each")
    parser.add_argument("--steps", type=int, default=2000, help="batches to train on")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="where the weights go")
    parser.add_argument("--checkpoint", type=Path, help="file to go on from after an interruption")
    options = parser.parse_args(arguments)
    from coursekit.datasets import faces

    began, began_cpu = time.monotonic(), time.process_time()
    # Another seed, other people: none of one set is in another.
    images, labels = faces.sample(options.people, options.pictures, seed=1)
    validation = faces.sample(100, 6, seed=2)
    print(f"drawn: {len(images):,} pictures in {time.monotonic() - began:.0f} s")
    model, _ = train_encoder(
        images,
        labels,
        steps=options.steps,
        validation=validation,
        every=250,
        checkpoint=options.checkpoint,
        **RECIPE,
    )
    save_weights(model, options.output, half=True)
    seconds, cpu = time.monotonic() - began, time.process_time() - began_cpu
    print(f"trained: {seconds:.0f} s, {cpu:.0f} s of processor time; saved as {options.output}")

    load_weights(model, options.output)
    images, labels = faces.sample(400, 8, seed=3)
    for name, encodings in [
        ("encoder", encode(images, model)),
        ("raw pixels", images.reshape(len(images), -1) / 255),
    ]:
        genuine, impostor = measures.pairs(encodings, labels)
        error = measures.equal_error_rate(genuine, impostor)
        accepts = measures.true_accept_rate(genuine, impostor, (1e-2, 1e-3))
        print(
            f"{name}: equal error rate {error.rate:.2%} at squared distance {error.threshold:.2f}; "
            f"true accepts at false accept rate 1e-2 {accepts[0]:.1%}, at 1e-3 {accepts[1]:.1%}"
        )


if __name__ == "__main__":
    main()
