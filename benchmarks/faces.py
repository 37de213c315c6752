"""Measure how fast faces are drawn, encoded and found.

    python benchmarks/faces.py                  all of it, Markdown tables
    python benchmarks/faces.py --json out.json  and the numbers as a file
    python benchmarks/faces.py --quick          tiny sizes: does the script work?

The search stands beside scikit-learn's brute-force NearestNeighbors: the same float32 encodings,
one run, the same number of threads, results compared before anything is timed. Nothing here asserts
a time: machines differ.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_info, threadpool_limits

from coursekit.datasets import faces
from coursekit.faces.encoder import build_encoder, encode
from coursekit.faces.gallery import nearest

DRAWINGS = ((64, 200), (128, 100))  # size in pixels, pictures
BATCHES = ((1, 20), (32, 256), (256, 1024))  # pictures a batch, pictures
SEARCHES = tuple(
    (m, q, k) for m in (100_000, 1_000_000) for q in (1, 32, 512) for k in (1, 10)
)  # encodings, queries, neighbors
QUICK = {"drawings": ((64, 4),), "batches": ((1, 2), (4, 8)), "searches": ((3_000, 5, 3),)}


def seconds(functions: list[Callable], rounds: int, pause: float) -> list[list[float]]:
    """Times of functions that take turns: a pause, a call that does not count, one that does."""
    times = [[] for _ in functions]
    for _ in range(rounds):
        for function, taken in zip(functions, times):
            time.sleep(pause)
            function()
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return times


def measure_drawing(size: int, pictures: int, options: argparse.Namespace) -> dict:
    """Pictures drawn a second, with making up people and conditions."""

    def draw() -> np.ndarray:
        return faces.sample(pictures // 2, 2, seed=1, size=size)[0]

    if not np.array_equal(draw(), draw()):
        raise SystemExit(f"the same seed drew other pictures of {size} pixels")
    (taken,) = seconds([draw], options.rounds, options.pause)
    return {"size": size, "pictures": pictures, "a_second": pictures / statistics.median(taken)}


def measure_encoding(batch: int, images: np.ndarray, options: argparse.Namespace) -> dict:
    """Encodings a second. The weights are random: they make no difference to the time."""
    model = build_encoder()

    def run() -> np.ndarray:
        return encode(images, model, batch_size=batch)

    whole = encode(images, model, batch_size=len(images))
    difference = float(np.abs(run() - whole).max())
    (taken,) = seconds([run], options.rounds, options.pause)
    rate = len(images) / statistics.median(taken)
    return {"batch": batch, "pictures": len(images), "a_second": rate, "difference": difference}


def unit(rng: np.random.Generator, rows: int, n: int = 128) -> np.ndarray:
    """Random encodings of length 1, made in parts: a million of them are half a gigabyte."""
    made = np.empty((rows, n), np.float32)
    for start in range(0, rows, 100_000):
        part = rng.standard_normal((min(100_000, rows - start), n), dtype=np.float32)
        made[start : start + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def measure_search(
    encodings: np.ndarray, queries: np.ndarray, k: int, options: argparse.Namespace
) -> dict:
    """Queries a second of both sides, and their ratio."""
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(encodings)

    def ours() -> tuple[np.ndarray, np.ndarray]:
        return nearest(queries, encodings, k)

    def theirs() -> tuple[np.ndarray, np.ndarray]:
        return search.kneighbors(queries)

    (squared, indices), (distances, order) = ours(), theirs()
    # scikit-learn compares rounded products: of two that are equal up to that, either may be first.
    difference = float(np.abs(squared - distances**2).max())
    if difference > 1e-5:
        raise SystemExit(f"squared distances differ by {difference:g}")
    mine, other = seconds([ours, theirs], options.rounds, options.pause)
    ours_s, theirs_s = statistics.median(mine), statistics.median(other)
    return {
        "encodings": len(encodings),
        "queries": len(queries),
        "k": k,
        "ours_a_second": len(queries) / ours_s,
        "sklearn_a_second": len(queries) / theirs_s,
        "ratio": theirs_s / ours_s,
        "same_neighbors": float(np.mean(indices == order)),
        "difference": difference,
    }


def machine(threads: int) -> dict:
    """What the numbers depend on."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scikit-learn", "tensorflow", "keras")},
        "blas": ", ".join(
            f"{info['internal_api']} {info['version']} with {info.get('architecture')} kernels"
            for info in threadpool_info()
            if info["user_api"] == "blas"
        ),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
    }


def table(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---:"] * len(head), *rows]
    return "\n".join([f"### {title}", "", *(f"| {' | '.join(cells)} |" for cells in lines), ""])


def report(document: dict) -> str:
    """The tables, in Markdown."""
    drawn = [
        [
            f"{row['size']} × {row['size']}",
            f"{row['a_second']:,.0f}",
            f"{60 * row['a_second']:,.0f}",
        ]
        for row in document["drawing"]
    ]
    encoded = [[f"{row['batch']}", f"{row['a_second']:,.0f}"] for row in document["encoding"]]
    found = [
        [
            f"{row['encodings']:,}",
            f"{row['queries']}",
            f"{row['k']}",
            f"{row['ours_a_second']:,.1f}",
            f"{row['sklearn_a_second']:,.1f}",
            f"{row['ratio']:.2f}",
        ]
        for row in document["search"]
    ]
    ratios = [row["ratio"] for row in document["search"]]
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    return "\n".join(
        [
            table("Drawing", ["pixels", "pictures a second", "a minute"], drawn),
            table("Encoding, 64 × 64 pixels", ["batch", "encodings a second"], encoded),
            table(
                "Search, 128 numbers",
                ["encodings", "queries", "k", "coursekit, a second", "scikit-learn, a second",
                 "times as fast"],
                found,
            ),
            "Times as fast as scikit-learn: "
            f"geometric mean {mean:.2f}, smallest {min(ratios):.2f}.",
        ]
    )  # fmt: skip


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="tiny sizes, one round")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for all")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side")
    options = parser.parse_args(arguments)
    options.pause = 0.05
    options.sizes = {"drawings": DRAWINGS, "batches": BATCHES, "searches": SEARCHES}
    if options.quick:
        options.rounds, options.pause, options.sizes = 1, 0.0, QUICK
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the file."""
    options = parse(arguments)
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    rng = np.random.default_rng(0)
    document: dict = {"drawing": [], "encoding": [], "search": []}
    with threadpool_limits(limits=options.threads):
        document["machine"] = machine(options.threads)
        for size, pictures in options.sizes["drawings"]:
            print(f"drawing {size} × {size} pixels", file=sys.stderr)
            document["drawing"].append(measure_drawing(size, pictures, options))
        for batch, pictures in options.sizes["batches"]:
            print(f"encoding {batch} at a time", file=sys.stderr)
            images = rng.integers(0, 256, (pictures, 64, 64, 3), dtype=np.uint8)
            document["encoding"].append(measure_encoding(batch, images, options))
        encodings = unit(rng, max(m for m, _, _ in options.sizes["searches"]))
        for m, q, k in options.sizes["searches"]:
            print(f"{q} queries among {m:,} encodings, {k} nearest", file=sys.stderr)
            queries = unit(rng, q)
            document["search"].append(measure_search(encodings[:m], queries, k, options))
    print("; ".join(f"{key}: {value}" for key, value in document["machine"].items()) + "\n")
    print(report(document))
    if options.json:
        options.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
