"""How fast submissions are judged here, through Dask, and entered into the gradebook.

    python benchmarks/many_machines.py --submissions 200

The parts are measured one by one, after the warm parents are up: judging by a `LocalPool`, the
same works by a `ClusterPool` on a scheduler and one worker on loopback, and entering by
`coursekit grade` with a pool that answers at once. Then it says what many submissions need.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from course_directory import REPOSITORY, course_at

from coursekit.grading.cluster import ClusterPool
from coursekit.grading.course import Course
from coursekit.grading.jobs import Work
from coursekit.grading.pool import LocalPool
from coursekit.grading.runner import grade
from coursekit.publishing.release import generate

ASSIGNMENT = "convolutions"
# Finished notebooks of the made-up class: loops, window views, SciPy, half done, with slips.
STUDENTS = ["student-01", "student-02", "student-03", "student-06", "student-08", "student-10"]
MANY = 100_000


def make_class(root: Path, count: int) -> tuple[Course, list[Work]]:
    """A course directory with `count` submissions."""
    course = course_at(root)
    generate(course, ASSIGNMENT, root)
    works = []
    for number in range(count):
        source = REPOSITORY / "sample_class" / STUDENTS[number % len(STUDENTS)] / ASSIGNMENT
        name = f"student-{number:06}"
        shutil.copytree(source, root / "submitted" / name / ASSIGNMENT)
        data = (source / f"{ASSIGNMENT}.ipynb").read_bytes()
        works.append(Work(name, f"{ASSIGNMENT}.ipynb", data, "", 1))
    return course, works


def judge_all(pool: LocalPool | ClusterPool, works: list[Work]) -> tuple[float, dict[str, dict]]:
    """Submissions a second, and the results."""
    with pool:
        list(pool.results(works[: 4 * (os.cpu_count() or 1)]))
        began = time.perf_counter()
        results = {work.student: result for work, result in pool.results(works)}
        return len(works) / (time.perf_counter() - began), results


@contextlib.contextmanager
def cluster(folder: Path, threads: int) -> Iterator[str]:
    """A scheduler and a worker; the scheduler's address."""
    file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    commands = (
        ["scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)],
        ["worker", "--scheduler-file", str(file), "--nthreads", str(threads),
         "--local-directory", str(folder)],
    )  # fmt: skip
    with open(folder / "log.txt", "w") as log:
        processes = [
            subprocess.Popen([*dask, *command, "--no-dashboard"], stdout=log, stderr=log)
            for command in commands
        ]
        try:
            while not file.is_file():
                time.sleep(0.1)
            yield json.loads(file.read_text())["address"]
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()


class Answers:
    """A pool that has judged already."""

    def __init__(self, results: dict[str, dict]) -> None:
        self._results = results

    def results(self, works: Iterable[Work]) -> Iterator[tuple[Work, dict]]:
        for work in works:
            yield work, self._results[work.student]


def enter_all(course: Course, results: dict[str, dict]) -> float:
    """Submissions a second."""
    began = time.perf_counter()
    grade(course, ASSIGNMENT, lambda: contextlib.nullcontext(Answers(results)), seed=1)
    return len(results) / (time.perf_counter() - began)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        course, works = make_class(Path(folder) / "course", options.submissions)
        here, results = judge_all(LocalPool(course, ASSIGNMENT, jobs=options.jobs), works)
        with cluster(Path(folder), options.jobs) as url:
            there, same = judge_all(ClusterPool(url, course, ASSIGNMENT), works)
        if same != results:
            raise SystemExit("the results of the two pools differ")
        entered = enter_all(course, results)
    each = there / options.jobs
    print(f"{options.submissions} submissions\n")
    print("| part | submissions a second |\n|---|---|")
    print(f"| judged on this machine, {options.jobs} side by side | {here:.1f} |")
    print(f"| the same through Dask, one worker with {options.jobs} threads | {there:.1f} |")
    print(f"| entered into an SQLite gradebook | {entered:.0f} |\n")
    print("Computed from these:\n")
    print(f"| {MANY:,} submissions | time |\n|---|---|")
    print(f"| this machine alone | {MANY / min(here, entered) / 3600:.1f} hours |")
    print(f"| 64 cores | {MANY / min(64 * each, entered) / 60:.0f} minutes |")
    most = f"as many cores as the one writer can follow: {entered / each:.0f}"
    print(f"| {most} | {MANY / entered / 60:.0f} minutes |")


if __name__ == "__main__":
    main()
