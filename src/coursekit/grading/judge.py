"""The trusted side: runs the checks of an assignment against a submission in a candidate.

`judge` takes what was handed in and returns a document (see `document.schema.json`). It knows
no exercise by name. Only `passed` earns points; the grader's own failure is `fault`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import time
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import coursekit
from coursekit.checks import engine
from coursekit.checks.engine import Call, Check, Result, StudentError
from coursekit.exercises import ASSIGNMENTS, find
from coursekit.grading.course import Course, CourseError
from coursekit.grading.sandbox import Candidate, CandidateGone, Limits
from coursekit.grading.submission import Submission

# So often may a candidate die while its cells run; each time the cell it died in is left out.
DEATHS_WHILE_LOADING = 8
# What cells show is for people: of a whole notebook so many characters are kept, and so many cells.
OUTPUTS_KEPT = 32_000_000
MOST_CELLS = 10_000


def checks_of(course: Course, assignment: str) -> list[Check]:
    """All checks of an assignment, exercise by exercise, the public ones of each first.

    Raises
    ------
    CourseError
        If there is no such assignment, or it has no hidden checks in this course directory.
    """
    if assignment not in ASSIGNMENTS:
        raise CourseError(
            f"there is no assignment {assignment!r}; there are: {', '.join(ASSIGNMENTS)}"
        )
    folder = course.hidden(assignment)
    if not folder.is_dir():
        raise CourseError(f"the hidden checks of {assignment!r} are missing: no folder {folder}")
    checks = engine.public_checks(assignment) + engine.hidden_checks(folder)
    order = {name: i for i, name in enumerate(engine.points_by_exercise(checks))}
    return sorted(checks, key=lambda check: order[check.exercise])


def digest_of(checks: Iterable[Check]) -> str:
    """A short digest of the checks' sources: two documents with the same one are comparable."""
    files = {Path(check.function.__code__.co_filename) for check in checks}
    # What they lean on: oracles beside hidden checks, engine and comparisons beside public
    # ones, and this side of the line.
    files |= {path for file in list(files) for path in file.parent.parent.glob("*.py")}
    files |= set(Path(engine.__file__).parent.glob("*.py"))
    sides = ("candidate", "cells", "judge", "sandbox", "seal", "warm", "wire")
    files |= {Path(__file__).with_name(f"{name}.py") for name in sides}
    return _digest(tuple(sorted(files)))


@cache
def _digest(files: tuple[Path, ...]) -> str:
    # Once in a process, and not for each student: what is loaded no longer changes.
    total = hashlib.sha256()
    # By content, wherever the course directory lies.
    for name, content in sorted((path.name, path.read_bytes()) for path in files):
        total.update(name.encode() + content)
    return total.hexdigest()[:16]


class RemoteStudent:
    """A student in another process: calls cross the line, and a dead candidate is replaced."""

    def __init__(self, submission: Submission, start: Callable[[], Candidate], limits: Limits):
        self._submission, self._start, self._limits = submission, start, limits
        self._candidate: Candidate | None = None
        self._skip: list[int] = []
        self._budget = 0.0
        self._seen: set[int] = set()
        self._room = OUTPUTS_KEPT
        self.drops = 0
        self.layers: list[str] = []
        self.deadline = time.monotonic() + limits.total_seconds
        self.notes: list[str] = []
        self.outputs: dict[int, list[dict]] = {}

    def __enter__(self) -> RemoteStudent:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    def __getattr__(self, exercise: str) -> RemoteFunction:
        return RemoteFunction(self, exercise)

    def begin_check(self) -> None:
        """Give the student's function its time for the check that starts now.

        Raises
        ------
        CandidateGone
            If the cells of the submission cannot be run.
        """
        self._ready()
        self._budget = self._limits.patience * self._limits.check_seconds

    def call(self, name: str, args: tuple, kwargs: dict, through: str = "") -> Call:
        """Call a function of the submission, or the probe `through` with the function.

        Raises
        ------
        StudentError
            With the verdict, if it did not return.
        """
        try:
            candidate = self._ready()
            began = time.monotonic()
            # The candidate counts its own CPU time; this is for one that does not.
            reply = candidate.ask(
                "call",
                max(0.01, self._budget),
                name=name,
                args=list(args),
                kwargs=kwargs,
                through=through,
                seconds=self._limits.check_seconds,
            )
            self._budget -= time.monotonic() - began
        except CandidateGone as gone:
            self._drop()
            raise StudentError(gone.verdict, f"{name}: {gone.message}") from None
        return self._understand(name, reply, args)

    def _understand(self, name: str, reply: dict, sent: tuple) -> Call:
        if "missing" in reply:
            raise StudentError("error", f"{name} is not defined.", self._why_missing())
        if "raised" in reply:
            kind, said, line = _three(reply["raised"])
            if kind == "NotImplementedError":
                raise StudentError(*engine.not_written(name))
            if kind == "OutOfTime":
                limit = self._limits.check_seconds
                raise StudentError("timeout", f"{name} took longer than {limit:g} s.")
            if kind == "MemoryError":
                self._drop()  # what it still holds would starve the checks that follow
                raise StudentError("memory", f"{name} ran out of memory.")
            raise StudentError(*engine.raised(name, kind, said, line))
        args, kwargs = reply.get("args"), reply.get("kwargs")
        if "value" not in reply or type(args) is not list or type(kwargs) is not dict:
            raise StudentError("error", f"{name}: what came back is no reply.")
        if len(args) != len(sent):
            raise StudentError("error", f"{name}: what came back is no reply.")
        return Call(reply["value"], tuple(args), kwargs, sent)

    def _why_missing(self) -> str:
        broken = [note for note in self.notes if note.startswith("cell ")]
        return f"Perhaps because {broken[0]}" if broken else ""

    def _ready(self) -> Candidate:
        """The running candidate, or a new one with the cells run."""
        for _ in range(DEATHS_WHILE_LOADING):
            if self._candidate is not None:
                return self._candidate
            self._load()
        if self._candidate is None:
            raise CandidateGone("crashed", "The cells of the notebook end the process each time.")
        return self._candidate

    def _load(self) -> None:
        """Start a candidate and run the cells; if one kills it, note that and leave it out."""
        candidate = self._start()
        self.layers = candidate.layers
        running = -1
        try:
            candidate.send(
                "load",
                cells=[list(cell) for cell in self._submission.cells],
                skip=self._skip,
                cell_seconds=self._limits.cell_seconds,
            )
            # The candidate stops a slow cell itself; this is for one that will not stop.
            seconds = self._limits.patience * self._limits.cell_seconds
            for index, _ in self._submission.cells:
                if index in self._skip:
                    continue
                # News of each cell comes in its turn; all else is forged by the one that runs.
                self._news(candidate, "cell", index, 60.0 if running < 0 else seconds)
                running = index
                self._learn(self._news(candidate, "done", index, seconds))
            self._news(candidate, "loaded", True, seconds)
        except CandidateGone as gone:
            candidate.close()
            if running < 0 or running in self._skip:
                raise
            self._skip.append(running)
            self.notes.append(f"cell {running + 1} was left out: {gone.message}")
            return
        self._candidate = candidate

    def _news(self, candidate: Candidate, key: str, value: int, seconds: float) -> dict:
        """The next message while cells run, which must bear `value` under `key`."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise CandidateGone("timeout", "The whole submission's time is used up.")
        message = candidate.receive(min(seconds, left))
        if type(message.get(key)) is not type(value) or message[key] != value:
            raise CandidateGone("error", "What came back is no reply.")
        return message

    def _learn(self, cell: dict) -> None:
        """Keep what a cell showed and note what it raised; only its first run counts."""
        index = cell["done"]
        if index in self._seen or not 0 <= index < MOST_CELLS:
            return
        self._seen.add(index)
        outputs = [out for out in map(_plain_output, _list(cell.get("outputs"))) if out]
        size = len(json.dumps(outputs))
        if size <= self._room:
            self._room -= size
            self.outputs[index] = outputs
        if cell.get("raised") is None:
            return
        kind, said, line = _three(cell["raised"])
        if kind in ("OutOfTime", "MemoryError"):
            self._skip.append(index)  # not again, should another candidate be needed
        if kind != "NotImplementedError":
            place = f", line {line}" if line else ""
            self.notes.append(f"cell {index + 1} stopped with {kind}{place}: {said[:200]}")

    def _drop(self) -> None:
        if self._candidate is not None:
            self._candidate.close()
            self._candidate = None
            self.drops += 1


def _list(value: Any) -> list:
    return value if type(value) is list else []


def _plain_output(output: Any) -> dict | None:
    """A candidate's output built anew from the texts in it; nothing where it is no output."""

    def text(key: str) -> str:
        return output[key] if type(output.get(key)) is str else ""

    if type(output) is not dict:
        return None
    kind = text("output_type")
    if kind == "stream":
        name = "stderr" if text("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": text("text")}
    if kind == "error":
        trace = [line for line in _list(output.get("traceback")) if type(line) is str]
        return {"output_type": "error", "ename": text("ename"), "evalue": text("evalue"),
                "traceback": trace}  # fmt: skip
    if kind in ("display_data", "execute_result") and type(output.get("data")) is dict:
        data = {k: v for k, v in output["data"].items() if type(k) is type(v) is str}
        return {"output_type": "display_data", "data": data}
    return None


def _three(said: Any) -> tuple[str, str, int]:
    """Type, message and line of an exception, from whatever the candidate sent."""
    if type(said) is list and len(said) == 3:
        kind, text, line = said
        if type(kind) is str and type(text) is str and type(line) is int:
            return kind[:100], text[:500], line
    return "an exception", "", 0


class RemoteFunction:
    """A function of the submission, as checks see it."""

    def __init__(self, student: RemoteStudent, name: str) -> None:
        self._student, self._name = student, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.trace(*args, **kwargs).value

    def trace(self, *args: Any, **kwargs: Any) -> Call:
        return self._student.call(self._name, args, kwargs)

    def through(self, probe: Callable, *args: Any) -> Any:
        return self._student.call(self._name, args, {}, probe.__name__).value


def judge(
    submission: Submission,
    checks: list[Check],
    start: Callable[[], Candidate],
    *,
    assignment: str,
    seed: int,
    limits: Limits | None = None,
) -> tuple[dict, dict[int, list[dict]]]:
    """Judge one submission.

    Parameters
    ----------
    submission : Submission
    checks : list of Check
    start : callable
        Starts a candidate; called again when one has died.
    assignment : str
    seed : int
        The inputs of the checks are drawn from it.
    limits : Limits, optional

    Returns
    -------
    document : dict
        As `document.schema.json` says.
    outputs : dict
        What each cell showed, in the notebook format, by its index in the notebook. Made by
        the candidate: to be shown as text, never believed.
    """
    limits = limits or Limits()
    results: list[Result] = []
    deaths: dict[str, int] = {}
    with RemoteStudent(submission, start, limits) as student:
        for check in checks:
            if deaths.get(check.exercise, 0) >= limits.deaths_per_exercise:
                results.append(_unrun(check, "skipped", _SKIPPED.format(check.exercise)))
                continue
            if time.monotonic() > student.deadline:
                results.append(_unrun(check, "skipped", _TIME_UP))
                continue
            try:
                student.begin_check()
            except CandidateGone as gone:
                results.append(_unrun(check, gone.verdict, gone.message))
                deaths[check.exercise] = deaths.get(check.exercise, 0) + 1
                continue
            drops = student.drops
            result = engine.run(check, student, seed)
            if student.drops > drops or result.verdict in ("timeout", "memory"):
                deaths[check.exercise] = deaths.get(check.exercise, 0) + 1
            results.append(result)
    document = make_document(
        assignment, submission.name, submission.digest, results, checks, seed, student.notes
    )
    document["limits"] = limits.as_dict()
    document["sandbox"] = student.layers
    return document, student.outputs


_SKIPPED = "Not run: earlier checks of {} ended the process or ran out of time."
_TIME_UP = "Not run: the time for the whole submission was used up."


def _unrun(check: Check, verdict: str, message: str) -> Result:
    return Result(
        check.id, check.exercise, check.title, check.public, verdict, 0, check.points, message
    )


def refuse(
    checks: list[Check],
    verdict: str,
    why: str,
    *,
    assignment: str,
    name: str,
    digest: str | None,
    seed: int,
) -> dict:
    """The document on a submission that was not run: every check gets `verdict` and no points."""
    results = [_unrun(check, verdict, why) for check in checks]
    return make_document(assignment, name, digest, results, checks, seed, [why])


def make_document(
    assignment: str,
    name: str,
    digest: str | None,
    results: list[Result],
    checks: list[Check],
    seed: int,
    notes: list[str],
) -> dict:
    """Results as a document; see the schema."""
    return {
        "schema": 1,
        "assignment": assignment,
        "submission": {"name": name, "sha256": digest},
        "score": float(sum(result.points for result in results)),
        "max_score": float(sum(result.max_points for result in results)),
        "seed": seed,
        "versions": {
            **versions(),
            "checks": digest_of(checks),
        },
        "notes": notes,
        "checks": [result.as_dict() for result in results],
    }


@cache
def versions() -> dict[str, str]:
    """Of the software that a result depends on."""
    return {
        "coursekit": coursekit.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("numpy", "ipython", "tensorflow")},
    }


@cache
def schema() -> dict:
    """The published JSON schema of the document."""
    text = resources.files("coursekit.grading").joinpath("document.schema.json").read_text()
    return json.loads(text)


def select(checks: list[Check], exercise: str | None) -> list[Check]:
    """The checks of one exercise, or all.

    Raises
    ------
    CourseError
        If there is no exercise of that name.
    """
    if exercise is None:
        return checks
    chosen = [check for check in checks if check.exercise == exercise]
    if not chosen:
        names = ", ".join(engine.points_by_exercise(checks))
        raise CourseError(f"there is no exercise {exercise!r} here; there are: {names}")
    return chosen


def assignment_of(exercise: str) -> str:
    """The assignment that an exercise belongs to.

    Raises
    ------
    CourseError
        If there is no exercise of that name.
    """
    try:
        return find(exercise).assignment
    except KeyError as error:
        raise CourseError(error.args[0]) from None
