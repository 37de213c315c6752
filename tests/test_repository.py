"""Promises about the repository itself."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_lock_file_carries_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.txt").read_text()
    packages = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    assert len(packages) > 100
    blocks = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.M))
    for requirement in wanted:
        assert re.match(r"[\w-]+", requirement)[0].lower() in locked


def test_no_file_names_a_package_index_or_a_place_of_one_machine() -> None:
    # Put together here, so that this file does not name them either.
    words = ["pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "/wo" + "rk/ma"]
    for path in tracked():
        if path.suffix in {".png", ".ico"} or "vendor" in path.parts:
            continue
        text = path.read_text(errors="ignore")
        assert not [word for word in words if word in text], path


def test_make_help_lists_what_the_readme_promises() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = "all setup book release grade report test serve bench lock clean help"
    for target in targets.split(" "):
        assert re.search(rf"^  make {target}\s+\S", done.stdout, re.MULTILINE), target


def test_readme_picture_is_there() -> None:
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / name).is_file()
