"""The benchmark scripts run, and compare things that agree. Times are nobody's promise here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(script: str, folder: Path, *arguments: str) -> tuple[dict, str]:
    """What a script wrote as numbers and what it printed; in a process of its own, because
    TensorFlow's threads are set only once."""
    numbers = folder / "numbers.json"
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, *arguments, "--json", numbers],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(numbers.read_text()), done.stdout


def test_convolution_benchmark_runs_and_results_agree_with_tensorflow(tmp_path):
    document, printed = run("convolution.py", tmp_path, "--quick")
    assert document["machine"]["threads"] >= 1
    assert set(document["passes"]) == {
        "conv_forward",
        "conv_backward",
        "conv1d_forward",
        "conv3d_forward",
        "pool_forward, max",
        "pool_forward, average",
        "pool_backward, max",
        "pool_backward, average",
    }
    for title, rows in document["passes"].items():
        assert f"### {title}\n" in printed
        for row in rows:
            assert row["difference"] < 1e-4, (title, row["name"])
            assert row["ratio"] > 0
            assert f"| {row['name']} | {row['shape']} |" in printed
            if title.endswith("_forward"):
                assert row["speed_up"] == pytest.approx(row["loop_ms"] / row["ours_ms"])


def test_convolution_benchmark_measures_only_what_is_asked_for(monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import convolution

    assert convolution.parse(["--only", "conv3d_forward"]).only == ["conv3d_forward"]
    assert "pool_backward" in convolution.parse([]).only
    with pytest.raises(SystemExit):
        convolution.parse(["--only", "conv1d_forward,conv4d"])
    assert "--only may name conv_forward, conv_backward, conv1d_forward" in capsys.readouterr().err


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_plain_loop_of_the_benchmark_is_a_convolution(axes, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import convolution

    layer = convolution.Layer("small", 2, (5, 6, 4)[:axes], 2, 3, 3, 2, 1)
    A_prev, W, b = layer.draw(np.random.default_rng(0))
    X = np.pad(A_prev, [(0, 0), *[(1, 1)] * axes, (0, 0)])
    Z = convolution.plain_loop(X, W, b, 2, 10**6)
    want = convolution.FORWARD[axes](A_prev, W, b, layer.hparameters)[0]
    np.testing.assert_allclose(Z, want, atol=1e-5)
    part = convolution.plain_loop(X, W, b, 2, 2)
    assert np.count_nonzero(part.any(axis=-1)) == 2


def test_faces_benchmark_runs_and_search_agrees_with_scikit_learn(tmp_path):
    document, printed = run("faces.py", tmp_path, "--quick")
    (drawn,), encoded, (found,) = (document[key] for key in ("drawing", "encoding", "search"))
    assert drawn["a_second"] > 0
    assert [row["batch"] for row in encoded] == [1, 4]
    assert all(row["difference"] < 1e-5 for row in encoded)
    assert found["same_neighbors"] == 1
    assert found["difference"] < 1e-5
    assert found["ratio"] == pytest.approx(found["ours_a_second"] / found["sklearn_a_second"])
    for title in ("Drawing", "Encoding, 64 × 64 pixels", "Search, 128 numbers"):
        assert f"### {title}\n" in printed


def test_style_benchmark_runs_and_all_steps_agree(tmp_path):
    document, printed = run("style.py", tmp_path, "--quick")
    (step,) = document["steps"]
    assert step["size"] == 32
    assert all(0 < error < 1e-3 for error in step["gradient_error"].values())
    taken = step["seconds"]
    assert step["ratio_tensorflow"] == pytest.approx(taken["ours"] / taken["tensorflow"])
    assert step["ratio_keras"] == pytest.approx(taken["ours"] / taken["keras"])
    assert [row["after"] for row in document["paintings"]] == [2, 4]
    for row in document["paintings"]:
        assert row["cost"] > row["ours_final_cost"] > 0
        assert row["ratio"] == pytest.approx(row["ours_seconds"] / row["adam_seconds"])
    for title in ("One step on VGG-19, milliseconds", "Seconds to the same cost"):
        assert f"### {title}" in printed


def test_grading_benchmark_grades_the_same_class_with_both_sides(tmp_path):
    few = ("--submissions", "2", "--repeats", "1", "--notebooks", "exercises", "--sets", "numpy")
    document, printed = run("grading.py", tmp_path, *few)
    (row,) = document["rows"]
    assert (row["submissions"], row["same_marks"]) == (2, 2)
    ours, theirs = row["coursekit"], row["nbgrader"]
    assert row["ratio"] == pytest.approx(theirs["seconds"] / ours["seconds"])
    assert 0 < ours["first"] < ours["seconds"]
    assert min(theirs["cpu"], ours["cpu"], row["one_job"]["seconds"]) > 0
    assert document["machine"]["cores"] >= 1
    assert "| exercises | NumPy | 2 |" in printed


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_grading_benchmark_measures_memory_of_a_large_class(tmp_path):
    few = ("--scale", "1,2", "--notebooks", "exercises", "--sets", "tensorflow")
    document, printed = run("grading.py", tmp_path, *few)
    assert [row["submissions"] for row in document["rows"]] == [1, 2]
    for row in document["rows"]:
        assert 10 < row["runner_mb"] < row["all_mb"]
        assert row["processes"] >= 2
    assert "| exercises | TensorFlow | 2 |" in printed


def test_grading_benchmark_refuses_marks_that_were_not_earned(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import grading

    works = [grading.Work({}, right=True), grading.Work({}, right=False)]
    nothing = dict.fromkeys(map(grading.grade_id, grading.EXERCISES), 0.0)
    monkeypatch.setattr(grading, "scores", lambda root: {"student-00000": nothing})
    with pytest.raises(SystemExit, match="ours: student-00000 is right and got"):
        grading.earned("ours", ROOT, works, 1)
    with pytest.raises(SystemExit, match="ours graded 1 of 2"):
        grading.earned("ours", ROOT, works, 2)
