"""The report: one self-contained page about a class's work on an assignment.

A view of the judge's documents and the gradebook. It goes through the class once and keeps of
each student a row and one byte a check, so that a class may be large; long lists are cut.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from coursekit.grading import pages
from coursekit.grading.changes import changes_of
from coursekit.grading.course import Course
from coursekit.grading.feedback import VERDICTS, duration
from coursekit.grading.jobs import digest_handed_in
from coursekit.grading.records import ClassRecords, Record

LISTED = 200  # names in one list
ROWS = 2000  # students in the table of all
FAILURES = 25  # of the commonest failures
_KINDS = tuple(VERDICTS)
_ABSENT = -1
_FEW = 10  # below so many submissions a correlation says little


# --- what asks for attention ----------------------------------------------------------------

# Each reason: what it is, and what to do, with the assignment's name to fill in.
REASONS = {
    "fault": (
        "The grader itself failed",
        "No fault of the student's: grade again with `coursekit grade {0}`. If it comes back, the "
        "check or the machine needs mending; the message says which.",
    ),
    "document": (
        "No document of the judge",
        "Scored in the gradebook, but what the judge said is gone: `coursekit grade {0}` makes it "
        "anew.",
    ),
    "entry": (
        "Judged, but not in the gradebook, or with other points there",
        "A run was stopped, or nbgrader could not enter it: run `coursekit grade {0}` again and "
        "read what it says.",
    ),
    "again": (
        "Handed in again since it was graded",
        "The points are those of an earlier file: run `coursekit grade {0}`.",
    ),
    "unread": (
        "No notebook, or one that cannot be read",
        "All points are lost to a damaged, misnamed or missing file: ask for it again.",
    ),
    "undefined": (
        "A function is missing",
        "Its cell stopped, or was deleted, or the function has another name; its points are all "
        "lost to that. Often a slip: read the cell.",
    ),
    "blank": (
        "Nothing is written",
        "The functions are as they were released: perhaps it is the wrong file.",
    ),
    "crashed": (
        "The process ended",
        "Mostly os._exit, sys.exit or a kernel restart in the code: read the cell. The checks of "
        "the other exercises still ran.",
    ),
    "memory": (
        "Too much memory",
        "An array far larger than its inputs: look at the shapes that the code makes.",
    ),
    "timeout": (
        "Too slow",
        "A loop without an end, or one that does far too much: look at the loop's condition.",
    ),
    "pending": (
        "Written answers to grade",
        "Grade them in the Formgrader of `jupyter lab`, then run `coursekit feedback {0}` and this "
        "report again.",
    ),
    "second": (
        "Points given by hand before, and graded again since",
        "Confirm or change them in the Formgrader: it lists them as needing a look.",
    ),
    "flagged": ("Flagged in the formgrader", "Somebody marked it for a second look."),
    "late": (
        "Late",
        "The gradebook's due date and extension decide; to change it, give an extension and "
        "grade again with `--force`.",
    ),
}


def reasons_of(record: Record, again: bool) -> dict[str, str]:
    """Why a student's work asks for attention: a detail for each key of `REASONS`."""
    found: dict[str, str] = {}
    document = record.document
    if record.faulty:
        check = next(c for c in record.checks if c["verdict"] == "fault")
        found["fault"] = f"{check['id']}: {check.get('got') or check['message']}"
    if document is None:
        found["document"] = ""
    elif not record.entered:
        found["entry"] = "not in the gradebook"
    elif record.differs():
        found["entry"] = "other automatic points than the judge's"
    if again:
        found["again"] = ""
    if record.unread:
        found["unread"] = document["notes"][0] if document["notes"] else ""
    else:
        found |= _ends(record)
    pending = record.pending
    if any(grade.manual is None for grade in pending):
        found["pending"] = ""
    if any(grade.manual is not None for grade in pending):
        found["second"] = ""
    if record.flagged:
        found["flagged"] = ""
    if record.late or record.penalty:
        off = f"{pages.points(record.penalty)} points off" if record.penalty else ""
        found["late"] = ", ".join(part for part in (duration(record.late), off) if part)
    return found


def _ends(record: Record) -> dict[str, str]:
    """Functions that are missing, and what ended the process."""
    found: dict[str, str] = {}
    notes = record.document["notes"] if record.document else []
    missing = [c["exercise"] for c in record.checks if c["message"].endswith("is not defined.")]
    if missing:
        why = f": {notes[0]}" if notes else ""
        found["undefined"] = ", ".join(dict.fromkeys(missing)) + why
    if record.checks and all(" is not written yet: " in c["message"] for c in record.checks):
        found["blank"] = ""
    for kind in ("crashed", "memory", "timeout"):
        hit = [check for check in record.checks if check["verdict"] == kind]
        if hit:
            others = dict.fromkeys(check["exercise"] for check in hit[1:])
            others.pop(hit[0]["exercise"], None)
            also = f" (also {', '.join(others)})" if others else ""
            found[kind] = hit[0]["message"] + also
    if "crashed" not in found:
        left_out = next((note for note in notes if " was left out: " in note), "")
        found |= {"crashed": left_out} if left_out else {}
    return found


# --- going through the class ----------------------------------------------------------------


@dataclass
class Failure:
    """One thing that went wrong for several students."""

    exercise: str
    verdict: str
    message: str
    hint: str
    titles: Counter = field(default_factory=Counter)
    students: list[str] = field(default_factory=list)
    count: int = 0


@dataclass
class Tally:
    """What one walk through the class collects."""

    checks: dict[str, dict[str, Any]] = field(default_factory=dict)  # by id, in order
    verdicts: list[np.ndarray] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)  # the judge's, beside `verdicts`
    rows: list[dict[str, Any]] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)
    graded: int = 0
    attention: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)  # students for each reason
    anybody: int = 0  # students with a reason beyond `pending` and `late`
    failures: dict[tuple, Failure] = field(default_factory=dict)
    seeds: Counter = field(default_factory=Counter)
    versions: Counter = field(default_factory=Counter)
    digests: Counter = field(default_factory=Counter)
    earned: dict[str, list[float]] = field(default_factory=dict)  # by exercise
    worth: dict[str, float] = field(default_factory=dict)

    def add(self, record: Record, again: bool) -> None:
        """Take in one student."""
        reasons = reasons_of(record, again)
        for reason, detail in reasons.items():
            self.counts[reason] += 1
            listed = self.attention.setdefault(reason, [])
            if len(listed) < LISTED:
                listed.append((record.student, pages.plain(detail, 300)))
        self.anybody += bool(set(reasons) - {"pending", "late"})
        self.graded += 1
        if not record.lost:
            self.totals.append(record.total)
        if len(self.rows) < ROWS:
            self.rows.append(self._row(record, reasons))
        if record.document is not None:
            self._add_document(record)

    def _add_document(self, record: Record) -> None:
        document = record.document
        self.seeds[document["seed"]] += 1
        versions = document["versions"]
        self.digests[versions["checks"]] += 1
        self.versions[
            ", ".join(f"{name} {text}" for name, text in versions.items() if name != "checks")
        ] += 1
        for check in record.checks:
            self.checks.setdefault(check["id"], check)
        # Who was not run at all says nothing of single checks.
        if record.unread or record.lost:
            return
        self._add_failures(record)
        own = {check["id"]: _KINDS.index(check["verdict"]) for check in record.checks}
        row = [own.get(name, _ABSENT) for name in self.checks]
        self.verdicts.append(np.array(row, dtype=np.int8))
        self.scores.append(float(document["score"]))
        for exercise in dict.fromkeys(check["exercise"] for check in record.checks):
            points, most = record.points_of(exercise)
            self.earned.setdefault(exercise, []).append(points)
            self.worth[exercise] = most

    def _add_failures(self, record: Record) -> None:
        seen = set()
        for check in record.checks:
            if check["verdict"] in ("passed", "skipped", "fault"):
                continue
            message, hint = check["message"], check.get("hint", "")
            # A wrong value is told apart by its check; what stops a function stops them all.
            place = check["id"] if check["verdict"] == "failed" else ""
            alike = re.sub(r"[0-9][0-9.,e+-]*", "#", message[:200])
            key = (check["exercise"], check["verdict"], place, alike, hint[:200])
            if key not in self.failures:
                self.failures[key] = Failure(check["exercise"], check["verdict"], message, hint)
            failure = self.failures[key]
            failure.titles[check["title"]] += 1
            if key in seen:
                continue
            seen.add(key)
            failure.count += 1
            if len(failure.students) < LISTED:
                failure.students.append(record.student)
        if len(self.failures) > 20_000:  # messages that are all different: keep the frequent
            frequent = sorted(self.failures.items(), key=lambda item: -item[1].count)
            self.failures = dict(frequent[:5_000])

    def _row(self, record: Record, reasons: dict[str, str]) -> dict[str, Any]:
        by_hand = [grade for grade in record.grades if grade.cell.exercise is None]
        checks = [grade for grade in record.grades if grade.cell.exercise is not None]
        automatic = sum(g.auto or 0.0 for g in checks) if record.entered else record.total
        return {
            "student": record.student,
            "full_name": record.full_name,
            "total": record.total,
            "automatic": automatic,
            "changed": sum(g.manual - (g.auto or 0.0) for g in checks if g.manual is not None),
            "by_hand": sum(grade.given for grade in by_hand),
            "open": "pending" in reasons,
            "extra": sum(grade.extra for grade in record.grades),
            "late": reasons.get("late", ""),
            "penalty": record.penalty,
            "final": not record.faulty,
            "why": [REASONS[key][0] for key in reasons if key not in ("pending", "late")],
        }

    def matrix(self) -> np.ndarray:
        """The verdicts as indices into the kinds, students down, checks across."""
        whole = np.full((len(self.verdicts), len(self.checks)), _ABSENT, dtype=np.int8)
        for i, row in enumerate(self.verdicts):
            whole[i, : len(row)] = row  # later documents may know of further checks
        return whole


# --- statistics -----------------------------------------------------------------------------


def separation(passed: np.ndarray, rest: np.ndarray) -> float | None:
    """The point-biserial correlation of passing with the score on the rest.

    Parameters
    ----------
    passed : ndarray of bool, shape (n,)
    rest : ndarray, shape (n,)
        Each student's points without this check's.

    Returns
    -------
    float or None
        Between -1 and 1; None where all pass, none does, or all others' points are alike.
    """
    passed = passed.astype(float)
    if len(passed) < 3 or np.ptp(passed) == 0 or np.ptp(rest) < 1e-9:
        return None
    return float(np.corrcoef(passed, rest)[0, 1])


def check_rows(tally: Tally) -> dict[str, list[dict[str, Any]]]:
    """Each check's pass rate, separation and verdicts, by exercise, in the documents' order."""
    matrix, scores = tally.matrix(), np.array(tally.scores)
    rows: dict[str, list[dict[str, Any]]] = {}
    for column, check in enumerate(tally.checks.values()):
        kinds = matrix[:, column]
        judged = (kinds != _ABSENT) & (kinds != _KINDS.index("fault"))
        passed = kinds[judged] == _KINDS.index("passed")
        rest = scores[judged] - check["max_points"] * passed
        value = separation(passed, rest)
        others = [(_KINDS[kind], int((kinds == kind).sum())) for kind in range(1, len(_KINDS))]
        rows.setdefault(check["exercise"], []).append(
            {
                "title": check["title"],
                "public": check["public"],
                "max": check["max_points"],
                "passed": int(passed.sum()),
                "judged": int(judged.sum()),
                "separation": "–" if value is None else f"{value:.2f}".replace("-", "−"),
                "word": _word(value, len(passed)),
                "others": [(VERDICTS[kind][0], n) for kind, n in others if n],
            }
        )
    return rows


def _word(value: float | None, n: int) -> str:
    if value is None or n < _FEW:
        return ""
    if value < 0:
        return "the wrong way: look at this check"
    return "weakly" if value < 0.2 else "well" if value >= 0.4 else "fairly"


def exercise_rows(tally: Tally) -> list[dict[str, Any]]:
    """Each exercise's mean and how many have all of its points, or none."""
    rows = []
    for exercise, earned in tally.earned.items():
        most, points = tally.worth[exercise], np.array(earned)
        rows.append(
            {
                "name": exercise,
                "max": most,
                "mean": float(points.mean()),
                "all": int((points >= most - 1e-9).sum()),
                "none": int((points == 0).sum()),
                "judged": len(points),
            }
        )
    return rows


def histogram(totals: list[float], maximum: float) -> dict[str, Any] | None:
    """A histogram in ten columns as a drawing: positions in a frame of 640 by 260."""
    if not totals or maximum <= 0:
        return None
    values = np.clip(totals, 0, maximum)  # extra credit may go beyond the last column
    counts, edges = np.histogram(values, bins=10, range=(0, maximum))
    left, right, top, bottom = 44, 620, 46, 206
    wide, tall = (right - left) / 10, bottom - top
    highest = int(counts.max())
    columns = []
    for i, count in enumerate(map(int, counts)):
        height = tall * count / highest
        columns.append(
            {
                "x": round(left + i * wide + 3, 1),
                "y": round(bottom - height, 1),
                "width": round(wide - 6, 1),
                "height": round(height, 1),
                "middle": round(left + (i + 0.5) * wide, 1),
                "count": count,
                "from": pages.points(float(edges[i])),
                "to": pages.points(float(edges[i + 1])),
            }
        )
    ticks = [
        {"x": round(left + i * wide, 1), "text": pages.points(float(edges[i]))} for i in range(11)
    ]
    median = float(np.median(totals))
    at = left + (right - left) * min(1.0, max(0.0, median / maximum))
    return {
        "columns": columns,
        "ticks": ticks,
        "left": left,
        "right": right,
        "bottom": bottom,
        "median": pages.points(median),
        "at": round(at, 1),
        "anchor": "start" if at < 480 else "end",
    }


def summary(totals: list[float]) -> dict[str, float] | None:
    """Mean, median, quartiles and extremes, by their names."""
    if not totals:
        return None
    low, quarter, median, three_quarters, high = np.percentile(totals, [0, 25, 50, 75, 100])
    return {
        "mean": float(np.mean(totals)),
        "lowest": float(low),
        "first quartile": float(quarter),
        "median": float(median),
        "third quartile": float(three_quarters),
        "highest": float(high),
    }


def regraded(course: Course, assignment: str) -> dict[str, Any] | None:
    """What the last regrade changed, by check and by student; None where there was none."""
    if not course.changes(assignment).is_file():
        return None
    changes = changes_of(course, assignment)
    checks = Counter(
        (check["title"], check["before"], check["after"])
        for change in changes
        for check in change["checks"]
    )
    words = {kind: word for kind, (word, *_) in VERDICTS.items()} | {None: "no such check"}
    return {
        "count": len(changes),
        "more": sum(change["after"] > change["before"] for change in changes),
        "fewer": sum(change["after"] < change["before"] for change in changes),
        "checks": [
            {"title": title, "before": words[before], "after": words[after], "count": count}
            for (title, before, after), count in checks.most_common(LISTED)
        ],
        "students": [
            {
                "student": change["student"],
                "before": change["before"],
                "after": change["after"],
                "gain": change["after"] - change["before"],
            }
            for change in sorted(changes, key=lambda change: change["student"])[:LISTED]
        ],
    }


# --- the page -------------------------------------------------------------------------------


def write_report(course: Course, assignment: str) -> str:
    """Write the page about a class's work on an assignment.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    str
        What was done, in a few lines.

    Raises
    ------
    CourseError
        If there is no such assignment, or nothing was graded.
    """
    records = ClassRecords(course, assignment)
    tally = Tally()
    for record in track(
        records,
        description=f"Report on {assignment}",
        total=len(records.students),
        console=Console(stderr=True),
    ):
        tally.add(record, _handed_in_again(course, assignment, record))
    path = course.report(assignment)
    pages.write(path, report_page(course, assignment, records, tally))
    said = [
        f"Wrote {path.relative_to(course.root)}: {pages.counted(tally.graded, 'submission')}"
        + (
            f", mean {pages.points(float(np.mean(tally.totals)))} of "
            f"{pages.points(_maximum(records, tally))} points"
            if tally.totals
            else ""
        )
        + "."
    ]
    if tally.anybody:
        need = "needs" if tally.anybody == 1 else "need"
        said.append(f"{pages.counted(tally.anybody, 'student')} {need} attention; it says why.")
    if tally.counts["pending"]:
        answers = pages.counted(tally.counts["pending"], "submission")
        said.append(
            f"{answers} with written answers to grade: the Formgrader of jupyter lab shows them."
        )
    if records.ungraded:
        number = pages.counted(len(records.ungraded), "submission")
        said.append(f"{number} not graded yet: run coursekit grade {assignment}.")
    return "\n".join(said)


def _handed_in_again(course: Course, assignment: str, record: Record) -> bool:
    """Whether the file that lies in `submitted/` is another than the one that was judged."""
    if record.document is None:
        return False
    digest = digest_handed_in(course, record.student, assignment)
    return digest is not None and digest != record.document["submission"]["sha256"]


def _maximum(records: ClassRecords, tally: Tally) -> float:
    in_gradebook = sum(cell.max_score for cell in records.cells)
    return in_gradebook or sum(check["max_points"] for check in tally.checks.values())


def report_page(course: Course, assignment: str, records: ClassRecords, tally: Tally) -> str:
    """The report, as HTML."""
    maximum = _maximum(records, tally)
    failures = sorted(tally.failures.values(), key=lambda item: -item.count)
    common = [failure for failure in failures if failure.count > 1][:FAILURES] or failures[:5]
    return pages.render(
        "report.html.j2",
        assignment=assignment,
        maximum=maximum,
        handed_in=tally.graded + len(records.ungraded),
        graded=tally.graded,
        ungraded=records.ungraded,
        missing=records.missing,
        tally=tally,
        summary=summary(tally.totals),
        histogram=histogram(tally.totals, maximum),
        exercises=exercise_rows(tally),
        checks=check_rows(tally),
        judged=len(tally.verdicts),
        few=_FEW,
        attention=[
            (title, advice.format(assignment), tally.counts[key], tally.attention[key])
            for key, (title, advice) in REASONS.items()
            if tally.counts[key]
        ],
        regraded=regraded(course, assignment),
        failures=common,
        more_failures=len(failures) - len(common),
        verdict_names={kind: VERDICTS[kind][0] for kind in _KINDS},
        listed=LISTED,
        pages={
            student: pages.link("..", "feedback", student, assignment, f"{assignment}.html")
            for student in records.students
            if course.feedback(student, assignment).is_file()
        },
        seeds=tally.seeds.most_common(5),
        more_seeds=max(0, len(tally.seeds) - 5),
        versions=tally.versions.most_common(5),
        digests=tally.digests.most_common(5),
    )
