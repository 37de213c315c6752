"""Fixtures: the reference as a student, a course directory, the book in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from course_directory import REPOSITORY, course_at

from coursekit.checks import engine
from coursekit.exercises import ASSIGNMENTS, exercises_of
from coursekit.grading.course import Course

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
def student() -> engine.LocalStudent:
    """The reference in the place of a student's work: checks must pass on it."""
    return engine.LocalStudent(
        {entry.name: entry.function for name in ASSIGNMENTS for entry in exercises_of(name)}
    )


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return engine.generator(20260101, request.node.nodeid)


@pytest.fixture(scope="session")
def repository() -> Course:
    return Course(REPOSITORY)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course directory of its own: the repository's sources, an empty gradebook."""
    made = course_at(tmp_path / "course")
    monkeypatch.setenv("COURSEKIT_ROOT", str(made.root))
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def build() -> None:
    """Build the book as the Makefile does."""
    subprocess.run(
        [
            Path(sys.executable).with_name("jupyter-book"),
            *("build", ".", "-W", "-n", "--keep-going", "--quiet"),
        ],
        cwd=ROOT,
        check=True,
    )


@pytest.fixture(scope="session")
def html() -> Path:
    if not (HTML / "index.html").exists():
        build()
    return HTML


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"no browser on the PATH (looked for {', '.join(BROWSERS)})"
        if os.environ.get("COURSEKIT_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, html):
    """Open a page of the book; what went wrong while it was open fails the test at its end."""
    troubles = []
    contexts = []

    def start(path, *, script=True, query=""):
        context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            color_scheme="light",
            java_script_enabled=script,
            offline=True,
            reduced_motion="reduce",
        )
        contexts.append(context)

        def refuse(route):
            troubles.append(f"asked for {route.request.url}")
            route.abort()

        context.route(re.compile(r"^(https?|wss?)://"), refuse)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if script:  # without scripts their preloads come to nothing
            page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on(
            "console",
            lambda message: message.type == "error" and troubles.append(f"console: {message.text}"),
        )
        page.goto((html / path).as_uri() + query, wait_until="load")
        if script:
            page.evaluate("() => window.MathJax?.startup?.promise?.then(() => null)")
            page.wait_for_function(
                "() => !document.querySelector('.quiz:not(.quiz-ready)')"
                " && !document.querySelector('.stepper:not(.stepper-ready)')"
                " && !document.querySelector('.threshold:not(.threshold-ready)')"
            )
        return page

    yield start
    for context in contexts:
        context.close()
    assert not troubles
