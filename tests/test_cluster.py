"""Grading on a real Dask cluster on this machine: a scheduler and workers, each a process."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from course_directory import REPOSITORY, course_at
from distributed import Client

import coursekit
from coursekit.grading import cluster
from coursekit.grading.cluster import ClusterPool
from coursekit.grading.course import Course, CourseError
from coursekit.grading.jobs import Work
from coursekit.grading.pool import LocalPool
from coursekit.publishing.release import generate

ASSIGNMENT = "convolutions"
CLASS = REPOSITORY / "sample_class"
# Scripts with one function: judged in a moment.
SCRIPTS = [
    path
    for kind in ("right", "wrong")
    for path in sorted((REPOSITORY / "tests" / kind / ASSIGNMENT / "zero_pad").glob("*.py"))[:7]
]
WORKS = [
    *(Work(f"student-{i}", path.name, path.read_bytes(), "", 7) for i, path in enumerate(SCRIPTS)),
    Work("none", "convolutions.ipynb", None, "No file was handed in.", 7),
    Work("broken", "convolutions.ipynb", b"\xff{", "", 7),
    Work("leaves", "leaves.py", b"import os\nos._exit(0)\n", "", 7),
]


def eventually(holds: Callable[[], object], seconds: float = 120.0) -> bool:
    """Whether something comes to hold; the time is for the slowest machine."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Cluster:
    """A scheduler and its workers, on loopback."""

    def __init__(self, folder: Path, path: Path | None = None) -> None:
        self.folder = folder
        folder.mkdir()
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen] = []
        self.scheduler = self.start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file),
            path=path,
        )  # fmt: skip
        assert eventually(self.file.is_file), self.said()
        self.url = json.loads(self.file.read_text())["address"]

    def worker(self, name: str, *options: str, path: Path | None = None) -> subprocess.Popen:
        """Start a worker, with a folder before all others on its path of imports."""
        return self.start(
            "worker", self.url, "--nthreads", "1", "--no-nanny", "--name", name,
            "--local-directory", str(self.folder / name), *options, path=path,
        )  # fmt: skip

    def start(self, *command: str, path: Path | None = None) -> subprocess.Popen:
        environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
        with open(self.folder / "log.txt", "a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, "--no-dashboard"],
                env=environment, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def said(self) -> str:
        return (self.folder / "log.txt").read_text()[-3000:]

    def bundles(self) -> list[Path]:
        """The hidden checks that lie on workers."""
        # A walk does not mind folders that workers remove meanwhile.
        folders = (Path(folder) for folder, _, _ in os.walk(self.folder))
        return [path for path in folders if path.match("coursekit-*/tests/hidden")]

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster without workers."""
    one = Cluster(tmp_path / "cluster")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("cluster") / "course"
    made = course_at(root)
    generate(made, ASSIGNMENT, root)
    return made


@pytest.fixture(scope="module")
def here(course: Course) -> dict[str, dict]:
    """The results of this machine."""
    with LocalPool(course, ASSIGNMENT, jobs=2) as pool:
        return {work.student: result for work, result in pool.results(WORKS)}


def other_package(folder: Path, old: str, new: str) -> Path:
    """A copy of the package with a change in it."""
    package = folder / "coursekit"
    shutil.copytree(Path(coursekit.__file__).parent, package)
    source = (package / "__init__.py").read_text()
    assert old in source
    (package / "__init__.py").write_text(source.replace(old, new))
    return folder


def offspring(process: subprocess.Popen) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if any("coursekit.grading" in word for word in child.cmdline())
    ]


def ended(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


def test_two_workers_give_the_results_of_this_machine_and_keep_nothing(
    made: Cluster, course: Course, here: dict, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    workers = [made.worker("one"), made.worker("two")]
    older = other_package(tmp_path / "older", coursekit.__version__, "0.0.1")
    with ClusterPool(made.url, course, ASSIGNMENT) as pool:
        # Both may judge, and the third has been asked. Were it there alone, the run would end.
        assert eventually(lambda: pool._find_workers() or len(pool._threads) == 2), made.said()
        outsider = made.worker("older", path=older)
        assert eventually(lambda: pool._find_workers() or pool._refused), made.said()
        children = [offspring(worker) for worker in workers]
        assert all(children)
        assert not offspring(outsider)
        assert [oct(path.parents[1].stat().st_mode)[-3:] for path in made.bundles()] == ["700"] * 2
        found = [(work.student, result) for work, result in pool.results(WORKS)]
    assert len(found) == len(WORKS)
    assert dict(found) == here
    assert re.search(r"worker tcp://127.0.0.1:\d+ is not used: .*0\.0\.1", capsys.readouterr().err)
    assert eventually(lambda: ended([child for each in children for child in each]))
    assert eventually(lambda: not made.bundles())


def test_workers_that_are_killed_and_one_that_comes_later_change_no_result(
    made: Cluster, course: Course, here: dict
) -> None:
    first, second = made.worker("first"), made.worker("second")
    with ClusterPool(made.url, course, ASSIGNMENT) as pool:
        assert eventually(lambda: pool._find_workers() or len(pool._threads) == 2), made.said()
        results = pool.results(WORKS)
        found = [next(results)]
        children = offspring(first) + offspring(second)
        first.kill()
        found += [next(results) for _ in range(4)]
        second.kill()
        made.worker("third")
        found += results
        assert len(found) == len(WORKS)
        assert {work.student: result for work, result in found} == here
        assert eventually(lambda: ended(children))
        made.scheduler.kill()
        with pytest.raises(CourseError, match=r"the scheduler at \S+ has gone"):
            list(pool.results(WORKS))


def test_killed_runner_leaves_nothing_and_the_same_command_goes_on(
    made: Cluster, tmp_path: Path
) -> None:
    with open(CLASS / "expected.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["assignment"] == ASSIGNMENT]
    expected = {row["student"]: float(row["score"]) for row in rows}
    course = course_at(tmp_path / "course")
    generate(course, ASSIGNMENT, course.root)
    students = ["student-06", "student-07", "student-08", "student-11", "student-12", "student-13"]
    for student in students:
        shutil.copytree(CLASS / student, course.root / "submitted" / student)
    worker = made.worker("only")
    command = [
        sys.executable, "-m", "coursekit.cli", "grade", ASSIGNMENT, "--scheduler", made.url
    ]  # fmt: skip
    environment = os.environ | {"COURSEKIT_ROOT": str(course.root)}
    kept = course.work / "documents" / ASSIGNMENT
    with open(tmp_path / "run.txt", "w") as log:
        run = subprocess.Popen(command, cwd=course.root, env=environment, stdout=log, stderr=log)
        assert eventually(lambda: list(kept.glob("*.json")) or run.poll() is not None)
        children = offspring(worker)
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert children
    assert len(list(kept.glob("*.json"))) < len(students), (tmp_path / "run.txt").read_text()
    assert eventually(lambda: ended(children))
    assert eventually(lambda: not made.bundles())

    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    scores = {
        student: json.loads(course.document(student, ASSIGNMENT).read_text())["document"]["score"]
        for student in students
    }
    assert scores == {student: expected[student] for student in students}
    # Judged again by neither side: the documents of workers are those of this machine.
    again = subprocess.run(
        command[:-2], cwd=course.root, env=environment, capture_output=True, text=True
    )
    assert "nothing has changed" in again.stdout


def test_workers_with_another_course_are_refused(
    made: Cluster, course: Course, tmp_path: Path
) -> None:
    version = f'__version__ = "{coursekit.__version__}"'
    older = other_package(tmp_path / "older", version, '__version__ = "0.0.1"')
    edited = other_package(tmp_path / "edited", version, f"{version}  # and more")
    bare = other_package(tmp_path / "bare", version, version)
    shutil.rmtree(bare / "coursekit" / "grading")
    workers = [made.worker(path.name, path=path) for path in (older, edited, bare)]
    with Client(made.url, set_as_default=False) as client:
        client.wait_for_workers(3, timeout=120)
        names = {info["id"]: url for url, info in client.scheduler_info()["workers"].items()}
    with pytest.raises(CourseError) as told:
        ClusterPool(made.url, course, ASSIGNMENT)
    said = str(told.value)
    ours = coursekit.__version__
    for name, why in (
        ("older", f"it has coursekit 0.0.1 and the runner has {ours}"),
        ("edited", "it has source of coursekit "),
        ("bare", "it has not the coursekit that the runner has"),
    ):
        assert f"worker {names[name]} is not used: {why}" in said
    assert not any(offspring(worker) for worker in workers)


def test_scheduler_without_the_course_is_refused(course: Course, tmp_path: Path) -> None:
    version = f'__version__ = "{coursekit.__version__}"'
    bare = other_package(tmp_path / "bare", version, version)
    shutil.rmtree(bare / "coursekit" / "grading")
    made = Cluster(tmp_path / "cluster", bare)
    try:
        with pytest.raises(CourseError, match=r"the scheduler at \S+ cannot be used: it has not"):
            ClusterPool(made.url, course, ASSIGNMENT)
    finally:
        made.stop()


def test_worker_that_cannot_seal_submissions_off_is_refused(
    made: Cluster, course: Course, tmp_path: Path
) -> None:
    preload = tmp_path / "no_seal.py"
    preload.write_text(
        "from coursekit.grading import cluster\n"
        "def refuse(*_, **__):\n"
        "    raise cluster.SandboxError('here a submission could read everything')\n"
        "cluster.LocalPool = refuse\n"
    )
    made.worker("open", "--preload", str(preload))
    with pytest.raises(CourseError, match=r"worker tcp://\S+ .* could read everything"):
        ClusterPool(made.url, course, ASSIGNMENT)
    assert eventually(lambda: not made.bundles())


def test_a_scheduler_without_workers(made: Cluster, course: Course) -> None:
    with pytest.raises(CourseError, match=r"has had no worker for 0.5 s: start some with `dask"):
        ClusterPool(made.url, course, ASSIGNMENT, patience=0.5)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:9", "nonsense://127.0.0.1:9", "tcp://"])
def test_no_scheduler(course: Course, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(CourseError, match=f"no Dask scheduler answers at {url}"):
        ClusterPool(url, course, ASSIGNMENT)


def test_without_dask_a_sentence_says_what_to_install(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"pip install 'coursekit\[cluster\]'"):
        ClusterPool("tcp://127.0.0.1:9", course, ASSIGNMENT)


def test_bundle_holds_the_checks_and_no_configuration(course: Course, tmp_path: Path) -> None:
    shutil.unpack_archive(_written(tmp_path / "bundle.zip", cluster.pack(course, ASSIGNMENT)),
                          tmp_path / "there")  # fmt: skip
    there = Course(tmp_path / "there")
    assert there.released(ASSIGNMENT).read_bytes() == course.released(ASSIGNMENT).read_bytes()
    names = {p.name for p in (tmp_path / "there").rglob("*") if p.is_file()}
    assert {"oracles.py", "test_zero_pad.py"} <= names
    assert "nbgrader_config.py" not in names


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
