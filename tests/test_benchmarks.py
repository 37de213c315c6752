"""The benchmark scripts run, and compare things that agree. Times are nobody's promise here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_convolution_benchmark_runs_and_results_agree_with_tensorflow(tmp_path):
    numbers = tmp_path / "numbers.json"
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    # A process of its own: the script sets TensorFlow's threads, which goes only once.
    run = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "convolution.py", "--quick", "--json", numbers],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr

    document = json.loads(numbers.read_text())
    assert document["machine"]["threads"] >= 1
    assert set(document["passes"]) == {
        "conv_forward",
        "conv_backward",
        "pool_forward, max",
        "pool_forward, average",
        "pool_backward, max",
        "pool_backward, average",
    }
    for title, rows in document["passes"].items():
        assert f"### {title}\n" in run.stdout
        for row in rows:
            assert row["difference"] < 1e-4, (title, row["name"])
            assert row["ratio"] > 0
            assert f"| {row['name']} | {row['shape']} |" in run.stdout
