"""Public checks: what a student's function must do, shown at once in the notebook.

`check(function)` runs the public checks of one exercise and shows a table. One module here
holds the public checks of one assignment; `engine` runs them, `expect` compares.
"""

from __future__ import annotations

import html
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass

from coursekit.checks import engine
from coursekit.checks.engine import Result
from coursekit.exercises import meant_by

__all__ = ["ChecksFailed", "Report", "check"]

_MARKS = {"passed": "✓", "skipped": "–"}

# Colors that keep their contrast on white and on near-black; no information by color alone.
_STYLE = {
    "table": "border-collapse:collapse;font-size:90%;margin:.5em 0;color:inherit;"
    "background:transparent;max-width:60em",
    "cell": "border:1px solid rgba(128,128,128,.45);padding:.35em .6em;text-align:left;"
    "vertical-align:top;background:transparent;color:inherit;white-space:normal",
    "passed": "border-left:.35em solid #2a9d8f",
    "other": "border-left:.35em solid #d1602c",
}


class ChecksFailed(AssertionError):
    """Some checks did not pass; the table above it says which."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through the library.
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Report:
    """The results of some checks, as a table in a notebook and as text in a terminal."""

    exercise: str
    results: tuple[Result, ...]

    def __bool__(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def summary(self) -> str:
        passed = sum(result.passed for result in self.results)
        points = sum(result.points for result in self.results)
        total = sum(result.max_points for result in self.results)
        return (
            f"{self.exercise}: {passed} of {len(self.results)} public checks passed, "
            f"{points:g} of {total:g} points"
        )

    def __repr__(self) -> str:
        lines = [self.summary]
        for result in self.results:
            mark = _MARKS.get(result.verdict, "✗")
            points = f"{result.points:g}/{result.max_points:g}"
            lines.append(f"  {mark} {result.verdict:<8} {points:>5}  {result.title}")
            lines += [f"{'':20}{label}: {text}" for label, text in explain(result)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<p><strong>{html.escape(self.summary)}</strong></p>{table(self.results)}"


def explain(result: Result) -> list[tuple[str, str]]:
    """What to say of a check that did not pass: pairs of a label and a text."""
    if result.passed:
        return []
    pairs = [
        ("what", result.message),
        ("expected", result.expected),
        ("came", result.got),
        ("likely", result.hint),
    ]
    return [(label, text) for label, text in pairs if text]


def table(results: tuple[Result, ...] | list[Result]) -> str:
    """An HTML table of results, with its styles inline: notebooks keep no style sheet."""
    cell = f'<td style="{_STYLE["cell"]}">'
    rows = []
    for result in results:
        edge = _STYLE["passed" if result.passed else "other"]
        mark = _MARKS.get(result.verdict, "✗")
        said = "".join(
            f"<div><em>{label}:</em> {html.escape(text)}</div>" for label, text in explain(result)
        )
        title = html.escape(result.title)
        title = title if result.passed else f"<strong>{title}</strong>"
        rows.append(
            f'<tr><td style="{_STYLE["cell"]};{edge};white-space:nowrap">'
            f'<span aria-hidden="true">{mark}</span> {result.verdict}</td>'
            f"{cell}{result.points:g} / {result.max_points:g}</td>"
            f"{cell}{title}{said}</td></tr>"
        )
    head = "".join(
        f'<th scope="col" style="{_STYLE["cell"]}">{name}</th>'
        for name in ("verdict", "points", "check")
    )
    return (
        f'<table style="{_STYLE["table"]}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def check(function: Callable, *, exercise: str | None = None, seed: int | None = None) -> Report:
    """Run the public checks of one exercise on your function and show what they found.

    Parameters
    ----------
    function : callable
        Your function; its name says which exercise it is.
    exercise : str, optional
        The exercise's name, where the function is called otherwise.
    seed : int, optional
        Fixes the random inputs; without it they are new each time.

    Returns
    -------
    Report
        True in an `if` when every check passed. In a notebook the table is shown, and nothing
        is returned.

    Raises
    ------
    TypeError
        If `function` cannot be called.
    KeyError
        If no exercise has that name.
    ChecksFailed
        In a notebook, when a check did not pass, so that "Validate" sees it too.
    """
    if not callable(function):
        raise TypeError(
            f"check() takes your function itself, check(conv_forward), not a "
            f"{type(function).__name__}"
        )
    entry = meant_by(function, exercise)
    seed = secrets.randbits(32) if seed is None else seed
    student = engine.LocalStudent({entry.name: function})
    results = tuple(
        engine.run(item, student, seed)
        for item in engine.public_checks(entry.assignment)
        if item.exercise == entry.name
    )
    report = Report(entry.name, results)
    if not _in_notebook():
        print(report)
        return report
    from IPython.display import display

    display(report)
    if not report:
        raise ChecksFailed("some checks did not pass; the table above says which, and why")
    return None


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
