"""Can the checks of an assignment be trusted? They are tried on work whose worth is known.

Mutants of each reference and the stored wrong solutions must fail, the stored right solutions
must pass. A mutant that passes is a *survivor*: it shows a hole in the checks, or it computes the
same as the reference. Which of them do, and why, stands in `tests/equivalent/ASSIGNMENT.toml`:

    # Module constants on which no result depends: each survivor is tried with all of these.
    tuning = [{ _BLOCK_BYTES = 1 }, { _BLOCK_BYTES = 1000 }]

    [[equal]]
    function = "_blocks"            # or a list of names
    was = "for row in range(…):"    # the changed lines, "…" stands for anything; or a list
    now = "for row in range(0, n_H):"
    mutants = 4                     # so many survivors this explains, over all exercises
    reason = "…"

An entry that no longer explains just as many is an error, so that no proof outlives its code.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

import coursekit
from coursekit.checks import engine
from coursekit.checks.engine import Check
from coursekit.exercises import exercises_of
from coursekit.grading import submission as submissions
from coursekit.grading.course import Course, CourseError
from coursekit.grading.judge import RemoteStudent, checks_of, digest_of, judge, select
from coursekit.grading.mutation import Mutant, Reference
from coursekit.grading.sandbox import (
    HEAVY,
    LIGHT,
    Candidate,
    CandidateGone,
    CandidateParent,
    Limits,
)
from coursekit.publishing.edition import student_edition

# Mutants may run for ever or ask for all memory; a check of the reference takes milliseconds.
MUTANT_LIMITS = Limits(check_seconds=2, patience=3, total_seconds=60, memory_bytes=2**30)
SOLUTION_SEEDS = (1, 2)
SAMPLE_SEED = 1

Start = Callable[[Limits], Candidate]


@dataclass(frozen=True)
class Proof:
    """Why some survivors are no holes: an entry of the data file."""

    functions: tuple[str, ...]
    was: re.Pattern
    now: re.Pattern
    mutants: int
    reason: str

    def explains(self, mutant: Mutant) -> bool:
        return bool(
            mutant.function in self.functions
            and self.was.fullmatch(mutant.was)
            and self.now.fullmatch(mutant.now)
        )


class Task(NamedTuple):
    """One piece of work to be judged; `seeds` as many as `sources`."""

    exercise: str
    name: str
    sources: tuple[str, ...]
    seeds: tuple[int, ...]
    whole: bool  # by all checks, and not only up to the first that fails


def strength(
    course: Course,
    assignment: str,
    *,
    exercise: str | None = None,
    sample: int | None = None,
    jobs: int | None = None,
    sandbox: str = "required",
    progress: bool = False,
) -> dict[str, Any]:
    """Try the checks of an assignment on mutants and stored solutions.

    Parameters
    ----------
    course : Course
    assignment : str
    exercise : str, optional
        Only this one.
    sample : int, optional
        Try so many mutants, always the same ones, and no stored solutions.
    jobs : int, optional
        So many side by side; all cores by default.
    sandbox : str
        As for `CandidateParent`.
    progress : bool
        Show a bar on the terminal.

    Returns
    -------
    dict
        As `strength.schema.json` says; `sound` tells whether the checks can be trusted.

    Raises
    ------
    CourseError
        If there is no such assignment or exercise, or the reference itself fails a check.
    """
    checks = select(checks_of(course, assignment), exercise)
    tunings, proofs = read_proofs(course, assignment)
    whole = exercise is None and sample is None
    entries = [e for e in exercises_of(assignment) if exercise in (None, e.name)]
    references = {e.name: [Reference(e, tuning) for tuning in tunings] for e in entries}
    # The same change in each tuning: a survivor is tried with another seed and in another tuning.
    mutants = [
        same
        for tuned in references.values()
        for same in zip(*(reference.mutants() for reference in tuned), strict=True)
    ]
    if sample is not None and sample < len(mutants):
        mutants = random.Random(SAMPLE_SEED).sample(mutants, sample)
    stored = [] if sample is not None else list(stored_solutions(course, assignment, exercise))
    seeds = tuple(range(1, len(tunings) + 1))
    tasks = [
        Task(name, "reference", tuple(r.source for r in tuned), seeds, True)
        for name, tuned in references.items()
    ]
    tasks += [
        Task(s[0].exercise, "mutant", tuple(m.source for m in s), seeds, False) for s in mutants
    ]
    tried = [
        Task(path.parent.name, path.stem, (path.read_text(),), (seed,), True)
        for path in stored
        for seed in SOLUTION_SEEDS
    ]

    def judged(tasks: list[Task], preload: tuple[str, ...]) -> list[list[dict[str, str]]]:
        if not tasks:
            return []
        edition = student_edition(course)
        with CandidateParent(edition, preload=preload, sandbox=sandbox, course=course) as parent:
            parent.require()  # here, and not once more in each of the forked workers
            return list(_judged(tasks, checks, parent.launch, jobs, progress))

    # Mutants need what the reference needs; stored solutions, whatever students may use.
    needs_tensors = any("tensorflow" in source for task in tasks for source in task.sources)
    failed = judged(tasks, HEAVY if needs_tensors else LIGHT)
    kept = judged(tried, HEAVY)
    for task, found in zip(tasks + tried, failed + kept):
        if any(check["verdict"] == "fault" for check in found):
            raise CourseError(
                f"{found[-1]['id']} failed by its own fault on a {task.name} of {task.exercise}: "
                "a check hands what comes to `expect` before it does anything else with it"
            )
    first = len(references)
    for task, found in zip(tasks[:first], failed):
        if found:
            raise CourseError(
                f"the reference of {task.exercise} fails {found[0]['id']} with the tuning of the "
                "data file; mend that first"
            )
    rows, stale = explain([same[0] for same in mutants], failed[first:], proofs)
    solutions = _solutions(course, stored, kept)
    weight = [] if sample is not None else _weight(checks, solutions)
    outcomes = {
        name: Counter(row["outcome"] for row in rows if row["exercise"] == name)
        for name in references
    }
    return {
        "schema": 1,
        "assignment": assignment,
        "versions": {
            "coursekit": coursekit.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "checks": digest_of(checks),
        },
        "seeds": list(seeds),
        "whole": whole,
        "exercises": {
            name: {"mutants": counts.total()}
            | {outcome: counts[outcome] for outcome in ("killed", "equal", "survived")}
            for name, counts in outcomes.items()
        },
        "mutants": rows,
        "solutions": solutions,
        # A part of the mutants cannot tell.
        "stale": stale if whole else [],
        "weight": weight,
        "sound": not (stale and whole)
        and all(row["outcome"] != "survived" for row in rows)
        and all(solution["sound"] for solution in solutions),
    }


# --- what is tried --------------------------------------------------------------------------


def read_proofs(course: Course, assignment: str) -> tuple[list[dict], list[Proof]]:
    """The tunings and the proofs of an assignment's data file; one tuning, of nothing, and none
    where there is no file."""
    path = course.root / "tests" / "equivalent" / f"{assignment}.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    proofs = [
        Proof(
            functions=_listed(entry["function"]),
            was=_pattern(entry.get("was", "…")),
            now=_pattern(entry.get("now", "…")),
            mutants=entry["mutants"],
            reason=entry["reason"],
        )
        for entry in data.get("equal", [])
    ]
    # Two at least, so that each survivor is tried with a second seed.
    tunings = data.get("tuning", [])
    return tunings + [{}] * (2 - len(tunings)), proofs


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _pattern(value: str | list[str]) -> re.Pattern:
    texts = (".*".join(map(re.escape, text.split("…"))) for text in _listed(value))
    return re.compile("|".join(f"(?:{text})" for text in texts), re.DOTALL)


def stored_solutions(course: Course, assignment: str, exercise: str | None) -> Iterator[Path]:
    """The files `tests/{wrong,right}/ASSIGNMENT/EXERCISE/*.py`."""
    for kind in ("wrong", "right"):
        folder = course.root / "tests" / kind / assignment
        yield from sorted(folder.glob(f"{exercise or '*'}/*.py"))


# --- judging --------------------------------------------------------------------------------

_worker: tuple[list[Check], Start]


def _become_worker(*given: Any) -> None:
    global _worker
    _worker = given


def _judged(
    tasks: Sequence[Task], checks: list[Check], start: Start, jobs: int | None, progress: bool
) -> Iterator[list[dict[str, str]]]:
    """For each task in turn, the checks that failed."""
    jobs = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs
    # Forked: neither checks nor the warm parent of candidates can be sent to a process.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(
        jobs, context, initializer=_become_worker, initargs=(checks, start)
    ) as pool:
        found = pool.map(_failed, tasks, chunksize=8)
        yield from track(found, "Judging", len(tasks), transient=True) if progress else found


def _failed(task: Task) -> list[dict[str, str]]:
    checks, start = _worker
    mine = [check for check in checks if check.exercise == task.exercise]
    for source, seed in zip(task.sources, task.seeds):
        handed_in = submissions.parse(source.encode(), f"{task.name}.py")
        found = (_by_all if task.whole else _by_first)(handed_in, mine, start, seed)
        if found:
            return found
    return []


def _by_all(
    handed_in: submissions.Submission, checks: list[Check], start: Start, seed: int
) -> list[dict[str, str]]:
    limits = Limits()
    document, _ = judge(
        handed_in, checks, lambda: start(limits), assignment="", seed=seed, limits=limits
    )
    verdicts = [(check["id"], check["verdict"]) for check in document["checks"]]
    return [{"id": id, "verdict": verdict} for id, verdict in verdicts if verdict != "passed"]


def _by_first(
    handed_in: submissions.Submission, checks: list[Check], start: Start, seed: int
) -> list[dict[str, str]]:
    """The first check that a mutant fails: it is dead then, and need not be judged on."""
    with RemoteStudent(handed_in, lambda: start(MUTANT_LIMITS), MUTANT_LIMITS) as student:
        for check in checks:
            try:
                student.begin_check()
                verdict = engine.run(check, student, seed).verdict
            except CandidateGone as gone:
                verdict = gone.verdict
            if verdict != "passed":
                return [{"id": check.id, "verdict": verdict}]
    return []


# --- what it means --------------------------------------------------------------------------


def explain(
    mutants: list[Mutant], failed: list[list[dict]], proofs: list[Proof]
) -> tuple[list[dict], list[str]]:
    """A row for each mutant, and a line for each proof that is out of date."""
    rows, used = [], Counter()
    for mutant, found in zip(mutants, failed):
        proof = None if found else next((p for p in proofs if p.explains(mutant)), None)
        used[proof] += 1
        rows.append(
            {
                "id": mutant.id,
                "exercise": mutant.exercise,
                "function": mutant.function,
                "operator": mutant.operator,
                "line": mutant.line,
                "was": mutant.was,
                "now": mutant.now,
                "outcome": "killed" if found else "equal" if proof else "survived",
                "killers": found,
                "reason": proof.reason if proof else "",
            }
        )
    stale = [
        f"{', '.join(proof.functions)}: {proof.mutants} survivors should be, and {used[proof]} are "
        f"explained by {proof.reason!r}"
        for proof in proofs
        if used[proof] != proof.mutants
    ]
    return rows, stale


def _solutions(course: Course, paths: list[Path], failed: list[list[dict]]) -> list[dict]:
    """A row for each stored solution: `failed` by seed, and whether that is as it should be."""
    rows = []
    for i, path in enumerate(paths):
        found = failed[i * len(SOLUTION_SEEDS) : (i + 1) * len(SOLUTION_SEEDS)]
        kind = path.parents[2].name
        rows.append(
            {
                "file": path.relative_to(course.root).as_posix(),
                "kind": kind,
                "exercise": path.parent.name,
                "failed": found,
                "sound": all(found) if kind == "wrong" else not any(found),
            }
        )
    return rows


def _weight(checks: list[Check], solutions: list[dict]) -> list[str]:
    """Hidden checks without which each wrong solution would be caught all the same."""
    wrong = [row["failed"][0] for row in solutions if row["kind"] == "wrong"]
    alone = {found[0]["id"] for found in wrong if len(found) == 1}
    return [check.id for check in checks if not check.public and check.id not in alone]


# --- telling --------------------------------------------------------------------------------


def show(document: dict[str, Any], console: Console | None = None) -> None:
    """Print what `strength` found: a table, and all that needs somebody's attention."""
    console = console or Console()
    # Identifiers and code are no place for rich's own colors and emoji.
    say = partial(console.print, highlight=False, emoji=False)
    table = Table(title=f"Strength of the checks of {document['assignment']}", title_style="bold")
    table.add_column("exercise")
    for name in ("mutants", "killed", "equal", "survived", "wrong caught", "right passed"):
        table.add_column(name, justify="right")
    for name, counts in document["exercises"].items():
        stored = [
            [row["sound"] for row in document["solutions"] if (row["exercise"], row["kind"]) == key]
            for key in ((name, "wrong"), (name, "right"))
        ]
        table.add_row(
            name, *map(str, counts.values()), *(f"{sum(these)} of {len(these)}" for these in stored)
        )
    say(table)
    reasons = Counter(row["reason"] for row in document["mutants"] if row["outcome"] == "equal")
    for reason, times in reasons.items():
        say(f"equal, {times}: {escape(reason)}")
    for row in document["mutants"]:
        if row["outcome"] == "survived":
            say(f"[bold]survived[/] {row['id']} (line {row['line']})")
            for mark, style in (("was", "red"), ("now", "green")):
                for line in row[mark].splitlines():
                    say(f"  [{style}]{mark}[/] {escape(line)}")
    for row in document["solutions"]:
        if not row["sound"]:
            said = "passes all checks" if row["kind"] == "wrong" else "fails a check"
            say(f"[bold]{row['kind']}[/] {row['file']} {said}")
            for id in sorted({check["id"] for found in row["failed"] for check in found}):
                say(f"  {id}")
    for text in document["stale"]:
        say(f"[bold]stale[/] {escape(text)}")
    for id in document["weight"]:
        say(f"[bold]weight[/] {id}: no wrong solution needs it")
    verdict = "can be trusted" if document["sound"] else "have holes, or the proofs are stale"
    say(f"The checks {verdict}.")
