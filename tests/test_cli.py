"""The command line: exit codes and sentences."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from coursekit.cli import main
from coursekit.grading.judge import schema
from coursekit.grading.seal import LAYERS

RIGHT = Path(__file__).parent / "right" / "convolutions" / "zero_pad" / "loops.py"


def test_judge_prints_a_table(capsys: pytest.CaptureFixture) -> None:
    assert main(["judge", str(RIGHT), "--exercise", "zero_pad", "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert "zero_pad  10/10" in said
    assert said.strip().endswith("10 of 10 points (seed 3)")


def test_judge_prints_the_document(capsys: pytest.CaptureFixture) -> None:
    assert main(["judge", str(RIGHT), "--exercise", "zero_pad", "--json", "--public"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema())
    assert all(check["public"] for check in document["checks"])


def test_exit_code_is_zero_whatever_the_score(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    work = tmp_path / "work.py"
    work.write_text("def zero_pad(X, pad):\n    return X\n")
    assert main(["judge", str(work), "--exercise", "zero_pad"]) == 0
    assert "0 of 10" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["judge", "none.ipynb"], "there is no file none.ipynb"),
        (["judge", "work.txt"], "neither a notebook (.ipynb) nor a script (.py)"),
        (["judge", "broken.ipynb"], "its text is not JSON"),
        (
            ["judge", "empty.py"],
            "with --assignment (convolutions, faces, style-transfer, beyond-images)",
        ),
        (["judge", "empty.py", "--assignment", "conv"], "there is no assignment 'conv'"),
        (["judge", "empty.py", "--exercise", "conv"], "no exercise 'conv'; there are: zero_pad"),
        (["judge", "."], "neither a notebook"),
        (["grade", "conv"], "there is no assignment 'conv'; there are: convolutions"),
        (["grade", "convolutions"], "nothing to grade: put notebooks into submitted/STUDENT"),
        (["grade", "convolutions", "--explain", "zoe"], "'zoe' has no result for 'convolutions'"),
        (["release", "conv"], "there is no assignment 'conv'"),
        (["feedback", "convolutions"], "run coursekit grade convolutions first"),
        (["report", "convolutions"], "run coursekit grade convolutions first"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gets_one_sentence(
    course, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture
) -> None:
    Path("broken.ipynb").write_text('{"cells": [')
    Path("empty.py").write_text("x = 1\n")
    Path("work.txt").write_text("x = 1\n")
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_grading_needs_a_release(course, capsys: pytest.CaptureFixture) -> None:
    (course.root / "submitted" / "zoe" / "convolutions").mkdir(parents=True)
    assert main(["grade", "convolutions"]) == 2
    assert "run coursekit release convolutions first" in capsys.readouterr().err


def test_regrade_and_explain_exclude_each_other(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as left:
        main(["grade", "convolutions", "--regrade", "--explain", "zoe"])
    assert left.value.code == 2
    assert "not allowed with argument --regrade" in capsys.readouterr().err


def test_judge_says_what_sealed_the_work(capsys: pytest.CaptureFixture) -> None:
    one = ["judge", str(RIGHT), "--exercise", "zero_pad", "--json", "--seed", "3"]
    assert main(one) == 0
    sealed = json.loads(capsys.readouterr().out)
    assert main([*one, "--sandbox", "none"]) == 0
    unsealed = json.loads(capsys.readouterr().out)
    assert unsealed["sandbox"] == ["limits"]
    assert {"limits", "seccomp"} <= set(sealed["sandbox"]) <= set(LAYERS)
    # All else is the same: same work, same seed.
    assert sealed | {"sandbox": ["limits"]} == unsealed


def test_doctor_names_every_layer(course, capsys: pytest.CaptureFixture) -> None:
    code = main(["doctor"])
    said = capsys.readouterr().out
    for name in LAYERS:
        assert f"  {name} " in said
    assert code == ("none is run here" in said)


@pytest.mark.parametrize(
    "arguments",
    [["judge", "x.py", "--seed", "abc"], ["grade", "convolutions", "--jobs", "-1"]],
    ids=" ".join,
)
def test_numbers_must_be_whole(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "is not a whole number of at least 0" in capsys.readouterr().err


def test_grading_needs_a_course_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "convolutions"]) == 2
    assert "no course directory at or above" in capsys.readouterr().err
    monkeypatch.setenv("COURSEKIT_ROOT", str(tmp_path / "typo"))
    assert main(["judge", str(RIGHT), "--exercise", "zero_pad"]) == 2
    assert "no course directory at " in capsys.readouterr().err
