"""Measure how fast pictures are painted.

    python benchmarks/style.py                  all of it, Markdown tables
    python benchmarks/style.py --json out.json  and the numbers as a file
    python benchmarks/style.py --steps-only     no painting to the end, only seconds a step
    python benchmarks/style.py --quick          tiny sizes: does the script work?

One step of painting on VGG-19 stands beside plain steps in the manner of the examples that
TensorFlow and Keras publish, written here: the same random weights, layers, pooling, cost and
optimizer, one run, costs and gradients compared before anything is timed. Then `transfer` as it
comes stands beside plain Adam from noise: when does it reach the same cost? Nothing here asserts a
time: machines differ.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras.applications import vgg19

from coursekit.datasets import pictures, textures
from coursekit.style.extractors import Extractor
from coursekit.style.objective import build_cost
from coursekit.style.stack import Conv, Pool
from coursekit.style.transfer import transfer

STYLE_LAYERS = tuple(f"conv{block}_1" for block in range(1, 6))
ALPHA, BETA, LEARNING_RATE = 10.0, 40.0, 0.02
SIZES = (256, 400)
PAINTINGS = (("china", "strokes"), ("chelsea", "mosaic"))  # content, style
AFTER = (100, 300, 500)  # steps of plain Adam
RATES = (0.02, 0.05)  # its learning rates: the published one, and one that is faster early on
QUICK = {"sizes": (32,), "paintings": PAINTINGS[:1], "size": 64, "after": (2, 4), "rates": (0.02,)}


def keras_network(pooling: str) -> keras.Model:
    """VGG-19 as Keras builds it, with random weights that keep activations alive."""

    def replaced(layer: keras.Layer) -> keras.Layer:
        if pooling == "average" and isinstance(layer, keras.layers.MaxPooling2D):
            return keras.layers.AveragePooling2D(2, 2, name=layer.name)
        return layer.__class__.from_config(layer.get_config())

    model = keras.models.clone_model(
        keras.applications.VGG19(weights=None, include_top=False), clone_function=replaced
    )
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if layer.weights:
            shape = layer.kernel.shape
            # The first layer gets pixels of 0 to 255.
            spread = np.sqrt(2 / np.prod(shape[:3])) / (64 if shape[2] == 3 else 1)
            kernel = spread * rng.standard_normal(shape, np.float32)
            layer.set_weights([kernel.astype(np.float32), np.zeros(shape[3], np.float32)])
    model.trainable = False
    return model


def our_network(network: keras.Model, pooling: str) -> Extractor:
    """The same network as an extractor of the library, which takes pixels of 0 to 1."""
    chain: list[Conv | Pool] = []
    for layer in network.layers:
        if "pool" in layer.name:
            chain.append(Pool(pooling))
        elif layer.weights:
            kernel, bias = layer.get_weights()
            if not chain:  # Keras's takes blue, green and red
                kernel = 255 * kernel[:, :, ::-1]
            chain.append(
                Conv(layer.name.replace("block", "conv").replace("_conv", "_"), kernel, bias)
            )
    return Extractor(
        "vgg19 with random weights",
        [(1, chain)],
        style_weights=dict.fromkeys(STYLE_LAYERS, 1 / len(STYLE_LAYERS)),
        content_layer="conv4_2",
        mean=(123.68 / 255, 116.779 / 255, 103.939 / 255),
    )


def keras_name(layer: str) -> str:
    """`block1_conv2` for `conv1_2`."""
    return layer.replace("conv", "block").replace("_", "_conv")


def our_step(
    extractor: Extractor, content: np.ndarray, style: np.ndarray, layer: str
) -> tuple[Callable, tf.Variable, Callable]:
    """A step, the picture that it changes, and `cost and gradient` of it: with the library."""
    cost, _, _ = build_cost(
        extractor,
        content[0],
        [style[0]],
        content.shape[1:3],
        alpha=ALPHA,
        beta=BETA,
        total_variation=0.0,
        content_layer=layer,
        style_weights=extractor.style_weights,
        style_shares=[1.0],
    )
    image = tf.Variable(content)
    optimizer = keras.optimizers.Adam(LEARNING_RATE)

    def differentiate() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            J = cost(image)
        return J, tape.gradient(J, image)

    @tf.function
    def step() -> tf.Tensor:
        J, gradient = differentiate()
        optimizer.apply_gradients([(gradient, image)])
        image.assign(tf.clip_by_value(image, 0, 1))
        return J

    return step, image, tf.function(differentiate)


def tensorflow_step(
    network: keras.Model, content: np.ndarray, style: np.ndarray, layer: str
) -> tuple[Callable, tf.Variable, Callable]:
    """The same in the manner of TensorFlow's example: one model that gives all layers."""
    names = [keras_name(name) for name in (*STYLE_LAYERS, layer)]
    model = keras.Model(network.inputs, [network.get_layer(name).output for name in names])
    model.trainable = False

    def look(picture: tf.Tensor) -> tuple[list, tf.Tensor]:
        *style_outputs, content_output = model(vgg19.preprocess_input(255.0 * picture))
        grams = []
        for output in style_outputs:
            positions = tf.cast(tf.shape(output)[1] * tf.shape(output)[2], tf.float32)
            grams.append(tf.linalg.einsum("bijc,bijd->bcd", output, output) / positions)
        return grams, content_output

    style_targets, _ = look(tf.constant(style))
    _, content_target = look(tf.constant(content))
    image = tf.Variable(content)
    optimizer = keras.optimizers.Adam(LEARNING_RATE)

    def differentiate() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            grams, output = look(image)
            differences = [
                tf.reduce_mean((gram - target) ** 2) for gram, target in zip(grams, style_targets)
            ]
            J_style = tf.add_n(differences) / (4 * len(STYLE_LAYERS))
            J = ALPHA / 4 * tf.reduce_mean((output - content_target) ** 2) + BETA * J_style
        return J, tape.gradient(J, image)

    @tf.function
    def step() -> tf.Tensor:
        J, gradient = differentiate()
        optimizer.apply_gradients([(gradient, image)])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))
        return J

    return step, image, tf.function(differentiate)


def keras_step(
    network: keras.Model, content: np.ndarray, style: np.ndarray, layer: str
) -> tuple[Callable, tf.Variable, Callable]:
    """The same in the manner of Keras's example: three pictures through the network each time."""
    model = keras.Model(network.inputs, {part.name: part.output for part in network.layers})
    base, reference = (vgg19.preprocess_input(255 * tf.constant(each)) for each in (content, style))
    image = tf.Variable(content)
    optimizer = keras.optimizers.Adam(LEARNING_RATE)

    def gram(output: tf.Tensor) -> tf.Tensor:
        unrolled = tf.reshape(tf.transpose(output, (2, 0, 1)), (output.shape[-1], -1))
        return tf.matmul(unrolled, tf.transpose(unrolled))

    @tf.function
    def differentiate() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            batch = tf.concat([base, reference, vgg19.preprocess_input(255 * image)], axis=0)
            outputs = model(batch)
            seen = outputs[keras_name(layer)]
            J = ALPHA / 4 * tf.reduce_mean((seen[2] - seen[0]) ** 2)
            for name in STYLE_LAYERS:
                seen = outputs[keras_name(name)]
                difference = tf.reduce_sum((gram(seen[1]) - gram(seen[2])) ** 2)
                scale = (2.0 * seen.shape[1] * seen.shape[2] * seen.shape[3]) ** 2
                J += BETA / len(STYLE_LAYERS) * difference / scale
        return J, tape.gradient(J, image)

    def step() -> tf.Tensor:
        J, gradient = differentiate()
        optimizer.apply_gradients([(gradient, image)])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))
        return J

    return step, image, differentiate


def exact_gradient(
    extractor: Extractor, content: np.ndarray, style: np.ndarray, layer: str, image: np.ndarray
) -> np.ndarray:
    """The gradient of the same cost in float64, layer by layer with TensorFlow's own operations."""

    def look(picture: tf.Tensor) -> dict[str, tf.Tensor]:
        A, found = picture - tf.constant(extractor.mean, tf.float64), {}
        for part in extractor.branches[0][1]:
            if isinstance(part, Conv):
                kernel, bias = part.kernel.astype(np.float64), part.bias.astype(np.float64)
                A = found[part.name] = tf.nn.relu(tf.nn.conv2d(A, kernel, 1, "SAME") + bias)
            else:
                kind = {"max": "MAX", "average": "AVG"}[part.kind]
                A = tf.nn.pool(A, (2, 2), kind, strides=(2, 2), padding="VALID")
            if {layer, *STYLE_LAYERS} <= found.keys():
                break
        return found

    def gram(a: tf.Tensor) -> tf.Tensor:
        A = tf.reshape(a, (-1, a.shape[-1]))
        return tf.matmul(A, A, transpose_a=True) / A.shape[0]

    C, S = look(tf.constant(content, tf.float64)), look(tf.constant(style, tf.float64))
    G = tf.constant(image, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(G)
        seen = look(G)
        J = ALPHA / 4 * tf.reduce_mean((seen[layer] - C[layer]) ** 2)
        for name in STYLE_LAYERS:
            difference = tf.reduce_mean((gram(seen[name]) - gram(S[name])) ** 2)
            J += BETA / 4 / len(STYLE_LAYERS) * difference
    return tape.gradient(J, G).numpy()


def relative(found: np.ndarray, expected: np.ndarray) -> float:
    """Length of the difference over the length of what is expected."""
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def measure_steps(size: int, options: argparse.Namespace) -> dict:
    """Seconds a step of all three, on pictures of `size` by `size` pixels."""
    network = keras_network(options.pooling)
    extractor = our_network(network, options.pooling)
    content = pictures.photograph("china", (size, size))[np.newaxis]
    style = textures.texture("strokes", size)[np.newaxis]
    start = (content + np.random.default_rng(0).random(content.shape, np.float32)) / 2
    layer = options.content_layer
    sides = {
        "ours": our_step(extractor, content, style, layer),
        "tensorflow": tensorflow_step(network, content, style, layer),
        "keras": keras_step(network, content, style, layer),
    }
    costs, gradients = {}, {}
    for name, (_, image, differentiate) in sides.items():
        image.assign(start)
        J, gradient = differentiate()
        costs[name], gradients[name] = float(J), gradient.numpy()
    # Two ways to round see the sign of a sum near 0 differently, and a ReLU lets a gradient through
    # or not: that is what is left of differences, between any two implementations in float32.
    for name in ("tensorflow", "keras"):
        far = relative(gradients["ours"], gradients[name])
        if far > 3e-2 or abs(costs["ours"] / costs[name] - 1) > 1e-4:
            raise SystemExit(f"ours and {name} differ: {costs}, gradients by {far:g}")
    exact = exact_gradient(extractor, content, style, layer, start)
    row: dict = {"size": size, "cost": costs["ours"]}
    row["gradient_error"] = {name: relative(gradients[name], exact) for name in sides}
    steps = [step for step, _, _ in sides.values()]
    taken = seconds(steps, options.rounds, options.pause)
    row["seconds"] = {name: statistics.median(times) for name, times in zip(sides, taken)}
    row["ratio_tensorflow"] = row["seconds"]["ours"] / row["seconds"]["tensorflow"]
    row["ratio_keras"] = row["seconds"]["ours"] / row["seconds"]["keras"]
    return row


def seconds(functions: list[Callable], rounds: int, pause: float) -> list[list[float]]:
    """Times of functions that take turns: a pause, a call that does not count, one that does."""
    times = [[] for _ in functions]
    for _ in range(rounds):
        for function, taken in zip(functions, times):
            time.sleep(pause)
            function().numpy()
            start = time.perf_counter()
            function().numpy()
            taken.append(time.perf_counter() - start)
    return times


def measure_painting(content: str, style: str, options: argparse.Namespace) -> list[dict]:
    """When `transfer` as it comes reaches the cost that plain Adam from noise has."""
    sizes = options.sizes
    C = pictures.photograph(content)
    S = textures.texture(style, sizes["size"])
    common = {"size": sizes["size"], "progress": False}
    ours = transfer(C, S, **common, **options.settings).history
    final = max(ours["size"])
    reached = [
        (cost, s) for cost, s, size in zip(ours["cost"], ours["seconds"], ours["size"])
        if size == final
    ]  # fmt: skip
    rows = []
    for rate in sizes["rates"]:
        plain = {"initial": "noise", "method": "adam", "levels": 1, "learning_rate": rate}
        theirs = transfer(C, S, **common, **plain, steps=max(sizes["after"])).history
        for after in sizes["after"]:
            at = theirs["step"].index(after)
            cost, theirs_s = theirs["cost"][at], theirs["seconds"][at]
            ours_s = next((s for mine, s in reached if mine <= cost), None)
            rows.append(
                {
                    "content": content,
                    "style": style,
                    "learning_rate": rate,
                    "after": after,
                    "cost": cost,
                    "adam_seconds": theirs_s,
                    "ours_seconds": ours_s,
                    "ratio": None if ours_s is None else ours_s / theirs_s,
                    "ours_final_cost": reached[-1][0],
                    "ours_final_seconds": reached[-1][1],
                }
            )
    return rows


def machine(threads: int) -> dict:
    """What the numbers depend on."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "tensorflow", "keras")},
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
    }


def table(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---:"] * len(head), *rows]
    return "\n".join([f"### {title}", "", *(f"| {' | '.join(cells)} |" for cells in lines), ""])


def report(document: dict) -> str:
    """The tables, in Markdown."""
    steps = [
        [
            f"{row['size']} × {row['size']}",
            *(f"{1000 * row['seconds'][name]:,.0f}" for name in row["seconds"]),
            f"{row['ratio_tensorflow']:.2f}",
            f"{row['ratio_keras']:.2f}",
            *(f"{row['gradient_error'][name]:.0e}" for name in ("ours", "tensorflow")),
        ]
        for row in document["steps"]
    ]
    painted = [
        [
            f"{row['content']}, {row['style']}",
            f"{row['learning_rate']}",
            f"{row['after']}",
            f"{row['cost']:.4g}",
            f"{row['adam_seconds']:.1f}",
            "never" if row["ratio"] is None else f"{row['ours_seconds']:.1f}",
            "" if row["ratio"] is None else f"{row['ratio']:.2f}",
        ]
        for row in document["paintings"]
    ]
    found = []
    if steps:
        head = ["pixels", "coursekit", "TensorFlow's manner", "Keras's manner"]
        head += ["ours / TensorFlow's", "ours / Keras's"]
        head += ["error of our gradient", "error of TensorFlow's"]
        found.append(table("One step on VGG-19, milliseconds", head, steps))
    if painted:
        head = ["pictures", "Adam's rate", "Adam's steps", "cost", "Adam", "coursekit", "ratio"]
        found.append(table("Seconds to the same cost, by the default extractor", head, painted))
    return "\n".join(found)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="tiny sizes, one round")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for all")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each side")
    parser.add_argument("--steps-only", action="store_true", help="no painting to the end")
    parser.add_argument("--paintings-only", action="store_true", help="no single steps")
    parser.add_argument("--pooling", choices=("max", "average"), default="max")
    parser.add_argument(
        "--content-layer", default="conv4_2", metavar="LAYER", help="conv4_2 or conv5_2"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="pixels of a side")
    options = parser.parse_args(arguments)
    options.pause, options.settings = 0.05, {}
    options.sizes = {
        "sizes": options.sizes, "paintings": PAINTINGS, "size": 256, "after": AFTER, "rates": RATES
    }  # fmt: skip
    if options.quick:
        options.rounds, options.pause, options.sizes = 1, 0.0, QUICK
        options.settings = {"steps": 5}
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the file."""
    options = parse(arguments)
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    document: dict = {"machine": machine(options.threads), "steps": [], "paintings": []}
    document["settings"] = {"pooling": options.pooling, "content_layer": options.content_layer}
    for size in () if options.paintings_only else options.sizes["sizes"]:
        print(f"steps on {size} × {size} pixels", file=sys.stderr)
        document["steps"].append(measure_steps(size, options))
    for content, style in () if options.steps_only else options.sizes["paintings"]:
        print(f"painting {content} with {style}", file=sys.stderr)
        document["paintings"] += measure_painting(content, style, options)
    facts = document["machine"] | document["settings"]
    print("; ".join(f"{key}: {value}" for key, value in facts.items()) + "\n")
    print(report(document))
    if options.json:
        options.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
