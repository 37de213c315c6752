"""Judge many submissions on this machine: two warm parents, and a judge and a candidate forked
from them for each submission.

    runner ──asks──> judge parent (hidden checks loaded)  ──forks──> judge
                     candidate parent (student edition)   ──forks──> candidate, sealed off

The judge asks the candidate parent itself, over a socket that it inherited. When the runner
dies, both parents see their sockets close and end with all their children.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import resource
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from pathlib import Path

from coursekit.checks import engine
from coursekit.checks.engine import Check, LocalStudent
from coursekit.exercises import exercises_of
from coursekit.grading import seal, warm, wire
from coursekit.grading import submission as submissions
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import Work, judge_work, refuse_work
from coursekit.grading.judge import checks_of, digest_of, versions
from coursekit.grading.sandbox import HEAVY, CandidateParent, Limits, SandboxError, launch
from coursekit.publishing.edition import student_edition

JUDGE_BYTES = 4 * 2**30
LOOKED_AT = 200  # submissions, for the modules that are worth loading
_SIZE = struct.Struct("<Q")


class LocalPool:
    """Warm parents for one assignment. A context manager; its methods may run in many threads.

    Both parents start in the background; the first result waits for them.

    Parameters
    ----------
    course : Course
    assignment : str
    jobs : int, optional
        So many submissions side by side; all cores by default.
    sandbox : str
        As for `CandidateParent`.
    limits : Limits, optional
    seed : int
        The seed that most works will bear: the judge parent rehearses with it.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        *,
        jobs: int | None = None,
        sandbox: str = "required",
        limits: Limits | None = None,
        seed: int = 0,
    ) -> None:
        self._course, self._assignment, self._seed = course, assignment, seed
        self._jobs = jobs or os.cpu_count() or 1
        self._sandbox, self._limits = sandbox, limits or Limits()
        self._lock = threading.Lock()
        self._generation = 0
        self._ready = self._closed = False
        self._start()

    def __enter__(self) -> LocalPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        course = self._course
        self._candidates = CandidateParent(
            student_edition(course),
            preload=_worth_loading(course, self._assignment),
            sandbox=self._sandbox,
            course=course,
        )
        lent = self._candidates.control.fileno()
        command = [
            sys.executable, "-m", "coursekit.grading.pool", str(course.root), self._assignment,
            json.dumps(self._limits.as_dict()), str(self._seed), str(lent),
        ]  # fmt: skip
        alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        try:
            self._judges = warm.WarmParent(
                command, os.environ | alone, folder=course.root, lent=[lent]
            )
        except BaseException:
            self._candidates.close()
            raise

    def require(self) -> None:
        """Wait until both parents are ready.

        Raises
        ------
        SandboxError
            If submissions cannot be sealed off here.
        CourseError
            If the reference itself does not pass the checks with this seed.
        """
        with self._lock:
            if self._ready:
                return
            self._candidates.require()
            broken = self._judges.ready["broken"]
            if broken:
                raise CourseError(
                    f"the reference itself does not pass {len(broken)} checks with seed "
                    f"{self._seed}, so nobody is graded by them: {'; '.join(broken[:3])}"
                )
            self._ready = True

    def close(self) -> None:
        """End both parents with all their children."""
        self._closed = True
        self._stop()

    def _stop(self) -> None:
        self._judges.close()
        self._candidates.close()

    def results(self, works: Iterable[Work]) -> Iterator[tuple[Work, dict]]:
        """Judge each work; the results as they are finished."""
        self.require()
        works = iter(works)
        threads = ThreadPoolExecutor(self._jobs)
        running = {}
        try:
            while True:
                # A few more than run at once; a class of any size takes the same memory.
                while len(running) < 2 * self._jobs and (work := next(works, None)) is not None:
                    running[threads.submit(self.judge, work)] = work
                if not running:
                    return
                for finished in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(finished), finished.result()
        finally:
            # After Ctrl-C nobody waits for what still runs: `close` ends it.
            threads.shutdown(wait=not running, cancel_futures=True)

    def judge(self, work: Work) -> dict:
        """The result on a work; the grader's own failure is tried once more, then a fault."""
        why = ""
        for last in (False, True):
            generation = self._generation
            try:
                result = self._judge_once(work)
                if last or not _faulty(result):
                    return result
            except TimeoutError:
                why = "the judge did not finish in time"
            except warm.ParentGone as error:
                why = str(error)
                self._start_again(generation)
            except RuntimeError as error:
                why = str(error)
        checks = checks_of(self._course, self._assignment)
        return refuse_work(work, "fault", f"Not judged: {why}.", checks, self._assignment)

    def _judge_once(self, work: Work) -> dict:
        judge = self._judges.fork({})
        try:
            # The judge keeps to its own limits; this is for one that is stuck all the same.
            judge.channel.settimeout(2 * self._limits.total_seconds + 60)
            header = json.dumps(work._replace(data=None)._asdict()).encode()
            for part in (header, work.data or b"", b"data" if work.data is not None else b""):
                _send(judge.channel, part)
            answer = _receive(judge.channel)
        except (EOFError, ConnectionError):
            raise RuntimeError(f"the judge ended without an answer ({judge.status(5)})") from None
        finally:
            judge.close()
        result = json.loads(answer)
        if "fault" in result:
            raise (warm.ParentGone if result["again"] else RuntimeError)(result["fault"])
        return result

    def _start_again(self, generation: int) -> None:
        with self._lock:
            if self._generation == generation and not self._closed:  # no other was faster
                self._stop()
                self._start()
                self._candidates.require()
                self._judges.ready  # noqa: B018
                self._generation += 1


def _faulty(result: dict) -> bool:
    return any(check["verdict"] == "fault" for check in result["document"]["checks"])


def _worth_loading(course: Course, assignment: str) -> list[str]:
    """What the warm parent of candidates should import: what the released notebook imports, and
    of `HEAVY` what submissions name. Where there is nothing to look at, all of it."""
    # A part of a large class will do: whatever is missing, a candidate imports by itself.
    some = islice(course.submitted(assignment), LOOKED_AT)
    handed_in = [course.handed_in(name, assignment) for name in some]
    missing = {name.partition(".")[0].encode() for name in HEAVY}
    named = set() if handed_in else set(missing)
    for path in handed_in:
        if not missing:
            break
        with contextlib.suppress(OSError, submissions.UnreadableError):
            text = submissions.load(path)
            found = {name for name in missing if name in text}
            missing -= found
            named |= found
    heavy = [name for name in HEAVY if name.partition(".")[0].encode() in named]
    return [*heavy, *_imported(course.released(assignment))]


def _imported(notebook: Path) -> list[str]:
    """The modules that a released notebook imports, as names to try: `a` and `a.b` for
    `from a import b`."""
    names: dict[str, None] = {}
    for _, source in submissions.read(notebook).cells if notebook.is_file() else ():
        with contextlib.suppress(SyntaxError):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    names.update(dict.fromkeys(alias.name for alias in node.names))
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.update({node.module: None})
                    names.update(dict.fromkeys(f"{node.module}.{a.name}" for a in node.names))
    return list(names)


def _send(stream: socket.socket, data: bytes) -> None:
    stream.sendall(_SIZE.pack(len(data)))
    stream.sendall(data)


def _receive(stream: socket.socket) -> bytes:
    (size,) = _SIZE.unpack(wire.read_exactly(stream, _SIZE.size))
    return wire.read_exactly(stream, size)


def _rehearse(checks: list[Check], assignment: str, seed: int) -> list[str]:
    """Run the checks over the reference: the titles of those that it does not pass.

    A wrong check is found before it costs anybody a point, and the oracles' answers are there
    for every judge.
    """
    references = LocalStudent({entry.name: entry.function for entry in exercises_of(assignment)})
    results = [engine.run(check, references, seed) for check in checks]
    return [result.title for result in results if not result.passed]


def main() -> None:
    """Be the warm parent of judges."""
    root, assignment, limits, seed, candidates, control = sys.argv[1:]
    seal.die_with_parent()
    asking = socket.socket(fileno=int(candidates))
    course = Course(Path(root))
    checks = checks_of(course, assignment)
    digest_of(checks)  # of what is loaded here, whatever happens to the files
    start = partial(launch, asking, Limits(**json.loads(limits)))

    def work(_: dict, channel: socket.socket, __: str) -> None:
        # Whatever a submission makes the judge read, it starves nobody else on the machine.
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_DATA, (JUDGE_BYTES, JUDGE_BYTES))
        header, data, there = (_receive(channel) for _ in range(3))
        given = Work(**json.loads(header))._replace(data=data if there else None)
        try:
            result = judge_work(given, checks, start, assignment, Limits(**json.loads(limits)))
        except SandboxError as error:
            result = {"fault": str(error), "again": True}
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{type(error).__name__} in {place.name}: {error}"
            result = {"fault": f"the judge failed: {told[:300]}", "again": False}
        _send(channel, json.dumps(result).encode())

    broken = _rehearse(checks, assignment, int(seed))
    # What is looked up or compiled once need not be so in each judge.
    versions()
    with contextlib.suppress(submissions.UnreadableError):
        submissions.read(course.released(assignment))
    warm.serve(socket.socket(fileno=int(control)), {"broken": broken}, work)
    os._exit(0)


if __name__ == "__main__":
    main()
