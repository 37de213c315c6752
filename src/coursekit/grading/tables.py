"""A judge's document as text for a terminal."""

from __future__ import annotations

import textwrap

from coursekit.checks import explain
from coursekit.checks.engine import Result


def results_of(document: dict) -> list[Result]:
    """The checks of a document as results."""
    return [Result(**check) for check in document["checks"]]


def terminal_table(document: dict) -> str:
    """The whole document for the instructor: each check, why it failed, the score."""
    results = results_of(document)
    parts = []
    for exercise in dict.fromkeys(result.exercise for result in results):
        own = tuple(result for result in results if result.exercise == exercise)
        points = sum(result.points for result in own)
        total = sum(result.max_points for result in own)
        parts.append(f"{exercise}  {points:g}/{total:g}")
        for result in own:
            mark = "✓" if result.passed else "✗"
            where = "public" if result.public else "hidden"
            parts.append(
                f"  {mark} {result.verdict:<8}{result.points:>4g}/{result.max_points:<3g} "
                f"{where}  {result.title}"
            )
            for label, text in explain(result):
                parts += textwrap.wrap(
                    f"{label}: {text}", 100, initial_indent=" " * 27, subsequent_indent=" " * 29
                )
    parts += [f"note: {note}" for note in document["notes"]]
    parts.append(
        f"{document['submission']['name']}: {document['score']:g} of {document['max_score']:g} "
        f"points (seed {document['seed']})"
    )
    return "\n".join(parts)
