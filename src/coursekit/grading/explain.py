"""Replay one student's judgment, with all that the instructor may see."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from coursekit.grading.changes import differences
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import kept_result, work_of
from coursekit.grading.pool import LocalPool
from coursekit.grading.tables import terminal_table


def explain(
    course: Course,
    assignment: str,
    student: str,
    open_pool: Callable[[int], AbstractContextManager[LocalPool]],
) -> str:
    """Judge one student's work again with the seed of its result, and tell all about it.

    Nothing is written; the text is for the instructor, with what hidden checks expected.
    """
    try:
        kept = kept_result(course, student, assignment)["document"]
    except (OSError, ValueError):
        raise CourseError(
            f"{student!r} has no result for {assignment!r} yet: run coursekit grade {assignment}"
        ) from None
    with open_pool(kept["seed"]) as pool:
        work = work_of(course, student, assignment, kept["seed"])
        ((_, result),) = pool.results([work])
    document = result["document"]
    lines = [
        f"{student}, {document['submission']['name']}, seed {document['seed']}",
        "versions: " + ", ".join(f"{name} {text}" for name, text in document["versions"].items()),
        "sandbox: " + (", ".join(document.get("sandbox", [])) or "none"),
        "limits: " + ", ".join(f"{k} {v:g}" for k, v in document.get("limits", {}).items()),
        terminal_table(document),
    ]
    for index, outputs in result["outputs"].items():
        said = "".join(_said(output) for output in outputs)
        if said.strip():
            lines.append(f"cell {int(index) + 1} showed:\n{said.rstrip()}")
    changed = differences(kept, document)
    if changed:
        told = "; ".join(f"{c['title']}: {c['before']} → {c['after']}" for c in changed)
        lines.append(f"This differs from the result that is kept: {told}")
    else:
        lines.append("The result that is kept is the same.")
    return "\n".join(lines)


def _said(output: dict) -> str:
    if output["output_type"] == "stream":
        return output["text"]
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}\n"
    return f"[{', '.join(output['data'])}] {output['data'].get('text/plain', '')}\n"
