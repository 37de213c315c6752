"""Say what keeps submissions apart on this machine."""

from __future__ import annotations

from coursekit.grading.course import Course
from coursekit.grading.sandbox import CandidateParent, examine
from coursekit.grading.seal import LAYERS
from coursekit.publishing.edition import student_edition


def doctor(course: Course) -> tuple[str, bool]:
    """Start a candidate and try from within it what a submission could do.

    Returns
    -------
    str
        What holds and what does not.
    bool
        Whether the line of trust is kept, so that submissions are run here.
    """
    with CandidateParent(student_edition(course), sandbox="tried", course=course) as parent:
        found = examine(parent)
    lines = [
        f"{'holds ' if name in found['layers'] else 'absent'}  {name:10} {text}"
        for name, text in LAYERS.items()
    ]
    if found["refused"]:
        lines.append(f"The kernel refused: {found['refused']}")
    if found["broken"]:
        lines.append(f"A submission could {', '.join(found['broken'])}: none is run here unless")
        lines.append("--sandbox=none is given.")
    elif found["open"]:
        lines.append(f"A submission could {', '.join(found['open'])}; it is kept from all that")
        lines.append("it must not read, write or signal.")
    else:
        lines.append(
            "Tried from within: a submission reads no secret, writes into no other folder,"
        )
        lines.append("reaches no process and no network, and starts no program.")
    return "\n".join(lines), not found["broken"]
