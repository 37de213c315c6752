"""What a regrade changed: kept beside the results, shown by the report.

A result that a regrade replaces is set aside until the regrade is finished, so that one that is
stopped in between can go on and still tell what it changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from coursekit.grading.course import Course
from coursekit.grading.jobs import kept_result, write_whole


def differences(before: dict, after: dict) -> list[dict[str, Any]]:
    """The checks whose points differ between two documents on the same work.

    Returns
    -------
    list of dict
        `title`, and the verdicts `before` and `after`; None where a document lacks the check.
    """
    old = {check["id"]: check for check in before["checks"]}
    new = {check["id"]: check for check in after["checks"]}
    return [
        {
            "title": (new.get(name) or old[name])["title"],
            "before": old.get(name, {}).get("verdict"),
            "after": new.get(name, {}).get("verdict"),
        }
        for name in {**new, **old}
        if old.get(name, {}).get("points") != new.get(name, {}).get("points")
    ]


def set_aside(course: Course, student: str, assignment: str) -> None:
    """Keep the result that a regrade is about to replace; the first one, if called again."""
    document, aside = course.document(student, assignment), _aside(course, student, assignment)
    if not document.exists() or aside.exists():
        return
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(document, aside)  # results are replaced, and never written into
    except OSError:
        shutil.copyfile(document, aside)


def is_replaced(course: Course, student: str, assignment: str) -> bool:
    """Whether the regrade that is under way has replaced a student's result already."""
    with contextlib.suppress(OSError):
        aside = _aside(course, student, assignment)
        return not aside.samefile(course.document(student, assignment))
    return False


def is_under_way(course: Course, assignment: str) -> bool:
    """Whether a regrade was begun and not finished."""
    return _aside(course, "", assignment).parent.is_dir()


def finish(course: Course, assignment: str) -> int:
    """Keep for the report what the regrade changed, as `changes_of` gives it.

    Returns
    -------
    int
        How many students have other automatic points.
    """
    changes, folder = [], _aside(course, "", assignment).parent
    for aside in sorted(folder.glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            before = json.loads(aside.read_text())["document"]
            after = kept_result(course, aside.stem, assignment)["document"]
            checks = differences(before, after)
            if checks and all(check["verdict"] != "fault" for check in after["checks"]):
                changes.append(
                    {"student": aside.stem, "before": before["score"], "after": after["score"],
                     "checks": checks}
                )  # fmt: skip
    write_whole(course.changes(assignment), json.dumps(changes, indent=1))
    shutil.rmtree(folder, ignore_errors=True)
    return len(changes)


def changes_of(course: Course, assignment: str) -> list[dict[str, Any]]:
    """What the last regrade changed: for each student the scores and checks that differ.

    Returns
    -------
    list of dict
        `student`, the scores `before` and `after`, and `checks` as `differences` gives them;
        nothing where there was no regrade.
    """
    try:
        return json.loads(course.changes(assignment).read_text())
    except (OSError, ValueError):
        return []


def _aside(course: Course, student: str, assignment: str) -> Path:
    return course.work / "replaced" / assignment / f"{student}.json"
