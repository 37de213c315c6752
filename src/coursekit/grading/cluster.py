"""Judge many submissions on many machines: the workers of a Dask scheduler.

    runner ──hidden checks, once──> worker: a bench, that is a folder and a `LocalPool` on it
           ──works, as bytes──────>         judged on that bench
           <──results──────────────

A bench is the result of a Dask task that is tied to its worker, and the runner holds it. When
the runner lets go, or is gone, Dask drops the bench, and its warm parents and its folder go too.
Dask moves Python objects as pickles. That is no hole: runner and workers trust each other, and
the line of trust runs on each worker, between judge and candidate.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import pickle
import platform
import queue
import secrets
import shutil
import sys
import tempfile
import time
import warnings
import weakref
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import coursekit
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import Work, refuse_work
from coursekit.grading.judge import checks_of
from coursekit.grading.pool import LocalPool
from coursekit.grading.sandbox import Limits, SandboxError

CONNECT_SECONDS = 10.0
WORKER_SECONDS = 60.0
LOOK_SECONDS = 1.0
RESULT_SECONDS = 60.0
SENT_PER_THREAD = 3
TRIES = 2


class ClusterPool:
    """Workers of a Dask cluster for one assignment. A context manager.

    Parameters
    ----------
    scheduler_url : str
        Like tcp://host:8786, or tls://host:8786 with Dask's own settings for TLS.
    course : Course
    assignment : str
    sandbox : str
        As for `CandidateParent`, on each worker.
    limits : Limits, optional
    patience : float
        So many seconds may pass without any worker.

    Raises
    ------
    CourseError
        If Dask is not installed, no scheduler answers, or none of its workers can be used.
    """

    def __init__(
        self,
        scheduler_url: str,
        course: Course,
        assignment: str,
        *,
        sandbox: str = "required",
        limits: Limits | None = None,
        patience: float = WORKER_SECONDS,
    ) -> None:
        self._url, self._course, self._assignment = scheduler_url, course, assignment
        self._patience = patience
        bundle = pack(course, assignment)
        name = f"coursekit-{hashlib.sha256(bundle).hexdigest()[:16]}-{secrets.token_hex(4)}"
        self._order = Order(name, bundle, assignment, sandbox, limits or Limits())
        self._versions = versions(course.package_root)
        self._numbers = itertools.count()
        self._benches: dict[str, Any] = {}  # futures, by the address of the worker
        self._refused: dict[str, str] = {}  # sentences, by the address of the worker
        self._untold: list[str] = []
        self._threads: dict[str, int] = {}  # of the workers whose benches are ready
        self._client = _connect(scheduler_url)
        try:
            # It reads the tasks that it hands on.
            if why := difference(self._versions, self._ask_scheduler()):
                raise CourseError(f"the scheduler at {scheduler_url} cannot be used: {why}")
            self._find_workers(at_start=True)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> ClusterPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the workers drop their benches, and the judgments that are not finished."""
        self._benches.clear()
        with contextlib.suppress(Exception):  # whatever happens, the scheduler does the same
            self._client.close()

    def results(self, works: Iterable[Work]) -> Iterator[tuple[Work, dict]]:
        """Judge each work; the results as they are finished.

        Raises
        ------
        CourseError
            If the scheduler or all workers have gone, and none comes in time.
        """
        works = iter(works)
        sent: dict[str, _Sent] = {}
        again: list[tuple[Work, int]] = []
        finished: queue.SimpleQueue = queue.SimpleQueue()
        looked = 0.0
        try:
            while True:
                if not self._threads or time.monotonic() - looked > LOOK_SECONDS:
                    self._find_workers()
                    looked = time.monotonic()
                    # Dask would wait for workers that are gone.
                    for key in [k for k, s in sent.items() if not s.workers & self._threads.keys()]:
                        lost = sent.pop(key)
                        lost.future.cancel()
                        again.append((lost.work, lost.failures))
                # A few more than run at once; a class of any size takes the same memory.
                while len(sent) < SENT_PER_THREAD * sum(self._threads.values()):
                    work, failures = again.pop() if again else (next(works, None), 0)
                    if work is None:
                        break
                    one = self._send(work, failures)
                    sent[one.future.key] = one
                    one.future.add_done_callback(finished.put)
                if not sent and not again:
                    return
                with contextlib.suppress(queue.Empty):
                    one = sent.pop(finished.get(timeout=LOOK_SECONDS).key, None)
                    if one is None:  # sent again under another key
                        continue
                    result, failures = self._result_of(one)
                    if result is not None:
                        yield one.work, result
                    else:
                        again.append((one.work, failures))
        finally:
            for one in sent.values():
                with contextlib.suppress(Exception):
                    one.future.cancel()

    def _send(self, work: Work, failures: int) -> _Sent:
        workers = list(self._threads)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Sending large graph")
            future = self._client.submit(
                _judge,
                self._order.name,
                # In one piece, so that Dask looks for no tasks among what a student wrote.
                pickle.dumps(tuple(work)),
                key=f"{self._order.name}-{next(self._numbers)}",
                workers=workers,
                allow_other_workers=False,
                pure=False,
            )
        return _Sent(future, work, failures, frozenset(workers))

    def _result_of(self, one: _Sent) -> tuple[dict | None, int]:
        """The result, or None where the work is to be sent again; and how often it failed."""
        try:
            return one.future.result(timeout=RESULT_SECONDS), one.failures
        except BenchGone as error:
            address = str(error)
            if self._threads.pop(address, None):  # else it is being made anew already
                self._benches.pop(address, None)
            return None, one.failures
        except Exception as error:
            failures = one.failures + 1
            if self._client.status != "running" or failures < TRIES:
                return None, failures
            why = f"Not judged: {type(error).__name__} on the cluster: {str(error)[:300]}"
        checks = checks_of(self._course, self._assignment)
        return refuse_work(one.work, "fault", why, checks, self._assignment), failures

    def _find_workers(self, *, at_start: bool = False) -> None:
        """Look which workers have come and gone; return when there is one to send work to."""
        deadline = time.monotonic() + self._patience
        while True:
            self._look()
            if self._threads:
                while self._untold:
                    print(f"coursekit: {self._untold.pop()}; the others go on", file=sys.stderr)
                return
            if not self._benches:  # and so none is being made ready
                if self._refused and (at_start or time.monotonic() > deadline):
                    raise CourseError("; ".join(list(self._refused.values())[:3]))
                if time.monotonic() > deadline:
                    raise CourseError(
                        f"the scheduler at {self._url} has had no worker for "
                        f"{self._patience:g} s: start some with `dask worker {self._url}`; what "
                        "is judged stays"
                    )
            time.sleep(0.1)

    def _look(self) -> None:
        there = self._there()
        self._benches = {k: bench for k, bench in self._benches.items() if k in there}
        self._refused = {k: why for k, why in self._refused.items() if k in there}
        new = list(there.keys() - self._benches.keys() - self._refused.keys())
        # Not as a task: it would end a worker that has not this module.
        told = self._client.run(versions, workers=new, on_error="return") if new else {}
        for address, found in told.items():
            if why := difference(self._versions, found):
                self._refuse(address, why)
                continue
            self._benches[address] = self._client.submit(
                make_bench,
                self._order,
                key=f"{self._order.name}-bench-{next(self._numbers)}",
                workers=[address],
                allow_other_workers=False,
                pure=False,
            )
        for address in [k for k, bench in self._benches.items() if bench.status == "error"]:
            error = self._benches.pop(address).exception()
            plain = isinstance(error, CourseError | SandboxError)
            self._refuse(address, str(error) if plain else f"{type(error).__name__}: {error}")
        self._threads = {k: there[k] for k, b in self._benches.items() if b.status == "finished"}

    def _refuse(self, address: str, why: str) -> None:
        self._refused[address] = f"worker {address} is not used: {why}"
        self._untold.append(self._refused[address])

    def _ask_scheduler(self) -> dict[str, str] | Exception:
        try:
            return self._client.run_on_scheduler(versions)
        except Exception as error:  # whatever it is that it lacks
            return error

    def _there(self) -> dict[str, int]:
        """The threads of each worker that the scheduler knows, by its address."""
        try:
            if self._client.status == "running":
                return dict(self._client.nthreads())
        except (OSError, TimeoutError):
            pass
        raise CourseError(
            f"the scheduler at {self._url} has gone; what is judged stays, and the same command "
            "goes on from there"
        )


class Order(NamedTuple):
    """What a worker needs to know of a run."""

    name: str
    bundle: bytes
    assignment: str
    sandbox: str
    limits: Limits


class _Sent(NamedTuple):
    future: Any
    work: Work
    failures: int
    workers: frozenset[str]


class BenchGone(Exception):
    """The worker of this address has no bench for the run, or no more."""


def pack(course: Course, assignment: str) -> bytes:
    """What judging an assignment needs of a course directory, as a ZIP archive.

    nbgrader_config.py stays here: a judge does not need it, and it may name a password.

    Raises
    ------
    CourseError
        If there is no such assignment, or it has no hidden checks in this course directory.
    """
    checks_of(course, assignment)
    hidden = course.hidden(assignment)
    files = [*hidden.parent.glob("*.py"), *hidden.rglob("*"), course.released(assignment)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(course.root))
    return packed.getvalue()


def versions(package_root: Path | None = None) -> dict[str, str]:
    """What must be the same on runner and worker for the same results.

    Workers of other versions are asked by the name of this function: it stays.

    Parameters
    ----------
    package_root : Path, optional
        The folder that holds `coursekit/`; where this module lies by default.
    """
    package = (package_root or Path(coursekit.__file__).parents[1]) / "coursekit"
    source = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        source.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "coursekit": coursekit.__version__,
        "NumPy": np.__version__,
        "source of coursekit": source.hexdigest()[:16],
    }


def difference(ours: dict[str, str], theirs: dict[str, str] | Exception) -> str:
    """Why a worker with `theirs` cannot be used; nothing if it can."""
    if isinstance(theirs, Exception):
        return f"it has not the coursekit that the runner has ({theirs})"
    for name, version in ours.items():
        if theirs.get(name) != version:
            return (
                f"it has {name} {theirs.get(name)} and the runner has {version}, so install the "
                "same there"
            )
    return ""


def _connect(url: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError(
            "grading on many machines needs Dask: install it with `pip install "
            "'coursekit[cluster]'`"
        ) from None
    try:
        return Client(url, timeout=CONNECT_SECONDS, set_as_default=False, name="coursekit")
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise CourseError(
            f"no Dask scheduler answers at {url} ({str(error)[:200]}): start one with `dask "
            "scheduler` and give the address that it prints, such as tcp://host:8786"
        ) from None


# --- on a worker ----------------------------------------------------------------------------


class Bench:
    """What a worker judges on in one run; gone when Dask drops it.

    Attributes
    ----------
    pool : LocalPool
    """

    def __init__(self, order: Order, scratch: str) -> None:
        folder = tempfile.mkdtemp(prefix="coursekit-", dir=scratch)  # for this account only
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            with zipfile.ZipFile(io.BytesIO(order.bundle)) as archive:
                archive.extractall(folder)
            self.pool = stack.enter_context(
                LocalPool(
                    Course(Path(folder)),
                    order.assignment,
                    jobs=1,
                    sandbox=order.sandbox,
                    limits=order.limits,
                )
            )
            self.pool.require()
            # When nobody holds this object any more, or the process ends.
            weakref.finalize(self, stack.pop_all().close)

    def __reduce__(self) -> tuple:
        # Dask may want to move it, or to put it on disk: then it is gone, and made anew.
        return str, ()


_benches: weakref.WeakValueDictionary[str, Bench] = weakref.WeakValueDictionary()


def make_bench(order: Order) -> Bench:
    """The bench of a run on this worker.

    Raises
    ------
    SandboxError
        If submissions cannot be sealed off here.
    """
    from distributed import get_worker

    bench = _benches[order.name] = Bench(order, get_worker().local_directory)
    return bench


def _judge(name: str, work: bytes) -> dict:
    bench = _benches.get(name)
    if bench is None:
        from distributed import get_worker

        raise BenchGone(get_worker().address)
    return bench.pool.judge(Work(*pickle.loads(work)))
