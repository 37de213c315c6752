"""Measure `coursekit grade` beside stock `nbgrader autograde` on the same submissions.

    python benchmarks/grading.py                    two sets of 40, Markdown tables
    python benchmarks/grading.py --json out.json    and the numbers as a file
    python benchmarks/grading.py --submissions 2 --repeats 1    does the script work?
    python benchmarks/grading.py --scale 1000,5000  ours only: do time and memory stay in line?

Both sides grade the same files with the same checks into a gradebook, each as one command from
its start to its end, and have to agree on the marks. Nothing here asserts a time: machines differ.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import json
import math
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from course_directory import REPOSITORY, course_at

from coursekit.checks.engine import points_by_exercise
from coursekit.exercises import exercises_of
from coursekit.grading.course import Course
from coursekit.grading.judge import checks_of
from coursekit.grading.preprocessors import exercise_of, grade_id
from coursekit.publishing.release import generate

TESTS = REPOSITORY / "tests"
ASSIGNMENT = "convolutions"
EXERCISES = tuple(entry.name for entry in exercises_of(ASSIGNMENT))
NOTEBOOK = Path(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
SEED = 1  # of the inputs that checks draw, for both sides

NOTEBOOKS = {
    "exercises": "set-up, answers, checks and questions",
    "whole": "and all of the story: figures, trials, a network that is trained",
}
SETS = {"numpy": "NumPy", "tensorflow": "TensorFlow"}

# What a student adds who compares with the library.
TENSORFLOW_CELL = """\
import tensorflow as tf

ramp, ones = np.arange(36.0).reshape(1, 6, 6, 1), np.ones((3, 3, 1, 1))
print(tf.nn.conv2d(ramp, ones, strides=1, padding="VALID").numpy()[0, :, :, 0])
"""

STOCK_CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"

# What an instructor with these checks and plain nbgrader would put beside the course: each test
# cell runs the checks of its exercise in the kernel, and its value is nbgrader's partial credit.
STOCK_CHECKS = """\
from pathlib import Path

from coursekit.checks import engine

CHECKS = engine.public_checks({assignment!r}) + engine.hidden_checks(Path({hidden!r}))


def points(name, function):
    student = engine.LocalStudent({{name: function}})
    results = [engine.run(check, student, {seed}) for check in CHECKS if check.exercise == name]
    return float(sum(result.points for result in results))
"""
STOCK_CELL = """\
### BEGIN HIDDEN TESTS
import class_checks

class_checks.points("{name}", {name})
### END HIDDEN TESTS
"""


# --- the class ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """One student's answers: a source for each exercise, and whether all of them are right."""

    answers: dict[str, str]
    right: bool


def draw_class(count: int, tensorflow: bool) -> list[Work]:
    """Right solutions in mixed styles; every second student has one to three wrong ones."""
    rng = random.Random(SEED)
    right, wrong = (
        {name: solutions(kind, name, tensorflow) for name in EXERCISES}
        for kind in ("right", "wrong")
    )
    works = []
    for number in range(count):
        answers = {name: rng.choice(right[name]) for name in EXERCISES}
        slips = rng.sample(EXERCISES, rng.randint(1, 3)) if number % 2 else []
        answers |= {name: rng.choice(wrong[name]) for name in slips}
        works.append(Work(answers, not slips))
    return works


def solutions(kind: str, exercise: str, tensorflow: bool) -> list[str]:
    """The stored solutions of an exercise; without `tensorflow` those that do not import it."""
    sources = []
    for path in sorted((TESTS / kind / ASSIGNMENT / exercise).glob("*.py")):
        source = path.read_text()
        first = ast.parse(source).body[0]  # says what is wrong: no student writes that
        source = "\n".join(source.splitlines()[first.end_lineno :]).strip()
        if tensorflow or "tensorflow" not in source:
            sources.append(source)
    return sources


def source_notebook(kind: str) -> NotebookNode:
    """The instructor's notebook, whole or without the code cells that nothing depends on."""
    notebook = nbformat.read(REPOSITORY / "solutions" / NOTEBOOK, as_version=4)
    if kind == "exercises":
        notebook.cells = [
            cell
            for cell in notebook.cells
            if cell.cell_type != "code" or cell.metadata.get("nbgrader")
        ]
    return notebook


def hand_in(work: Work, released: NotebookNode, tensorflow: bool) -> str:
    """The text of a released notebook with a student's answers in it."""
    notebook = copy.deepcopy(released)
    for name, source in work.answers.items():
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        place = ids.index(name)
        notebook.cells[place].source = source
        if tensorflow and name == "conv_forward":
            cell = new_code_cell(TENSORFLOW_CELL, id="by-the-library")
            notebook.cells.insert(place + 1, cell)
    return nbformat.writes(notebook)


def submit(root: Path, texts: list[str], count: int) -> None:
    """Fill `submitted/` with `count` students, who hand in `texts` in turn."""
    for number in range(count):
        path = root / "submitted" / f"student-{number:05}" / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_text(texts[number % len(texts)])


# --- the two course directories -------------------------------------------------------------


def make_ours(root: Path, source: NotebookNode) -> Course:
    """A course directory of this project, with `source` released."""
    course = course_at(root)
    (root / "solutions").unlink()
    write_notebook(root / "solutions" / NOTEBOOK, source)
    generate(course, ASSIGNMENT, root)
    shutil.copy(course.gradebook, root / "released.db")
    return course


def make_stock(root: Path, source: NotebookNode) -> None:
    """A plain nbgrader course directory whose test cells run the same checks in the kernel."""
    checks = checks_of(Course(REPOSITORY), ASSIGNMENT)
    points = points_by_exercise(checks)
    source = copy.deepcopy(source)
    for cell in source.cells:
        exercise = exercise_of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if exercise:
            cell.source = STOCK_CELL.format(name=exercise)
            cell.metadata.nbgrader.points = points[exercise]
    write_notebook(root / "source" / NOTEBOOK, source)
    (root / "nbgrader_config.py").write_text(STOCK_CONFIG)
    hidden = str(Course(REPOSITORY).hidden(ASSIGNMENT))
    (root / "class_checks.py").write_text(
        STOCK_CHECKS.format(assignment=ASSIGNMENT, hidden=hidden, seed=SEED)
    )
    done = run(root, "nbgrader", "generate_assignment", ASSIGNMENT)
    if done.returncode:
        raise SystemExit(f"nbgrader could not release the assignment:\n{said(root)}")


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def start(root: Path, module: str, *arguments: str) -> subprocess.Popen:
    """Start a command of the environment in a course directory; it prints into a file there."""
    environment = os.environ | {
        # In stock nbgrader what TensorFlow logs to stderr costs right work its points.
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # nbgrader calls `alembic` by name; kernels find the checks beside the course.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH")))),
        "COURSEKIT_ROOT": str(root),
        "JUPYTER_CONFIG_DIR": str(root / "no-configuration"),
    }
    with open(root / "said.txt", "w") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )


def run(root: Path, module: str, *arguments: str) -> subprocess.Popen:
    process = start(root, module, *arguments)
    process.wait()
    return process


def said(root: Path) -> str:
    """The end of what the last command printed."""
    return (root / "said.txt").read_text(errors="replace")[-2000:]


# --- measuring ------------------------------------------------------------------------------


def time_stock(root: Path) -> dict[str, float]:
    """Seconds, by the clock and of CPU time, of one `nbgrader autograde` for the whole class."""
    began, used = time.perf_counter(), cpu_seconds()
    run(root, "nbgrader", "autograde", ASSIGNMENT)
    return {"seconds": time.perf_counter() - began, "cpu": cpu_seconds() - used}


def time_ours(course: Course, *options: str, watch: Memory | None = None) -> dict[str, float]:
    """The same of one `coursekit grade` on a class never graded before, and seconds to its first
    result."""
    for folder in (course.work, course.root / "autograded"):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copy(course.root / "released.db", course.gradebook)
    clock, began, used = time.time(), time.perf_counter(), cpu_seconds()
    process = start(
        course.root, "coursekit.cli", "grade", ASSIGNMENT, "--force", "--seed", str(SEED), *options
    )
    with watch.of(process.pid) if watch else contextlib.nullcontext():
        process.wait()
    measured = {"seconds": time.perf_counter() - began, "cpu": cpu_seconds() - used}
    if process.returncode:
        raise SystemExit(f"coursekit grade failed:\n{said(course.root)}")
    documents = course.work.glob(f"documents/{ASSIGNMENT}/*.json")
    return measured | {"first": min(path.stat().st_mtime for path in documents) - clock}


def cpu_seconds() -> float:
    """CPU time of all commands that have ended, with the processes that they waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Memory:
    """Memory of a process and of all that it started, sampled while it runs."""

    def __init__(self) -> None:
        self.samples: list[tuple[float, float, int]] = []  # MB of it, MB of all, processes

    @contextlib.contextmanager
    def of(self, pid: int) -> Iterator[None]:
        ended = threading.Event()

        def sample() -> None:
            while not ended.wait(0.25):
                family = descendants(pid)
                total = sum(share(member) for member in family)
                self.samples.append((resident(pid), total, len(family)))

        thread = threading.Thread(target=sample)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def summary(self) -> dict[str, float]:
        """Peaks, and the runner's peak in the first fifth of the run."""
        early = self.samples[: len(self.samples) // 5 + 1]
        return {
            "runner_early_mb": max((own for own, _, _ in early), default=0.0),
            "runner_mb": max((own for own, _, _ in self.samples), default=0.0),
            "all_mb": max((total for _, total, _ in self.samples), default=0.0),
            "processes": max((count for _, _, count in self.samples), default=0),
        }


def descendants(pid: int) -> list[int]:
    """A process and all below it, from /proc."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return family


def resident(pid: int) -> float:
    """MB of memory that a process sees; nothing if it is gone."""
    with contextlib.suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def share(pid: int) -> float:
    """MB that a process adds: a page that forks share is counted once among them.

    Where the kernel does not tell, of another user's process, all that it sees.
    """
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return resident(pid)


# --- agreeing -------------------------------------------------------------------------------


def scores(root: Path) -> dict[str, dict[str, float]]:
    """Automatic points in a gradebook, by student and exercise."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            entry.student_id: {
                grade.name: grade.auto_score
                for notebook in entry.notebooks
                for grade in notebook.grades
                if exercise_of(grade.name)
            }
            for entry in gradebook.assignment_submissions(ASSIGNMENT)
        }


def earned(side: str, root: Path, works: list[Work], count: int) -> dict[str, dict[str, float]]:
    """The `scores` of a class of `count` students who handed in `works` in turn.

    Raises
    ------
    SystemExit
        If somebody was left out, or a right solution has less than full points.
    """
    points = points_by_exercise(checks_of(Course(REPOSITORY), ASSIGNMENT))
    full = {grade_id(name): value for name, value in points.items()}
    found = scores(root)
    if len(found) != count:
        raise SystemExit(f"{side} graded {len(found)} of {count} submissions")
    for number, (student, got) in enumerate(sorted(found.items())):
        if works[number % len(works)].right and got != full:
            raise SystemExit(f"{side}: {student} is right and got {got}")
    return found


def sandbox_of(course: Course) -> str:
    """What the documents of the last run say of the sandbox."""
    document = next(course.work.glob(f"documents/{ASSIGNMENT}/*.json"))
    layers = json.loads(document.read_text())["document"].get("sandbox")
    return "not recorded" if layers is None else ", ".join(map(str, layers)) or "none"


# --- the two parts --------------------------------------------------------------------------


def measure_set(folder: Path, kind: str, name: str, options: argparse.Namespace) -> dict:
    """Grade one class with both sides; the sides take turns."""
    tensorflow = name == "tensorflow"
    source = source_notebook(kind)
    course = make_ours(folder / "ours", source)
    released = nbformat.read(course.released(ASSIGNMENT), as_version=4)
    works = draw_class(options.submissions, tensorflow)
    texts = [hand_in(work, released, tensorflow) for work in works]
    submit(course.root, texts, len(texts))
    ours = [time_ours(course)]
    row = {"notebook": kind, "set": name, "submissions": len(works)}
    if not options.ours_only:
        stock = folder / "stock"
        stock.mkdir()
        make_stock(stock, source)
        submit(stock, texts, len(texts))
        row["nbgrader"] = time_stock(stock)
    ours += [time_ours(course) for _ in range(options.repeats - 1)]
    row["sandbox"] = sandbox_of(course)
    row["coursekit"] = {key: statistics.median(run[key] for run in ours) for key in ours[0]}
    row["range"] = [take(run["seconds"] for run in ours) for take in (min, max)]
    marks = earned("coursekit", course.root, works, len(works))
    if not options.ours_only:
        theirs = earned("nbgrader", stock, works, len(works))
        row["same_marks"] = sum(theirs[student] == marks[student] for student in marks)
        row["ratio"] = row["nbgrader"]["seconds"] / row["coursekit"]["seconds"]
    row["one_job"] = time_ours(course, "--jobs", "1")
    return row


def measure_scale(folder: Path, kind: str, name: str, count: int) -> dict:
    """Grade a large class with ours: 40 pieces of work, handed in again and again."""
    tensorflow = name == "tensorflow"
    course = make_ours(folder / "ours", source_notebook(kind))
    released = nbformat.read(course.released(ASSIGNMENT), as_version=4)
    works = draw_class(min(count, 40), tensorflow)
    submit(course.root, [hand_in(work, released, tensorflow) for work in works], count)
    memory = Memory()
    row = {"notebook": kind, "set": name, "submissions": count}
    row |= time_ours(course, watch=memory) | memory.summary()
    row["sandbox"] = sandbox_of(course)
    earned("coursekit", course.root, works, count)
    return row


def machine() -> dict:
    """What the numbers depend on."""
    packages = ("coursekit", "nbgrader", "nbclient", "ipykernel", "numpy", "tensorflow")
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
    } | {name: version(name) for name in packages}


def table(rows: list[dict]) -> str:
    """A Markdown table of the classes, one a line; each row has the columns of the first."""
    columns = [scale_columns(row) if "runner_mb" in row else set_columns(row) for row in rows]
    head = list(columns[0])
    lines = [head, ["---"] * 2 + ["---:"] * (len(head) - 2), *(list(c.values()) for c in columns)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def set_columns(row: dict) -> dict[str, str]:
    count, ours, (low, high) = row["submissions"], row["coursekit"], row["range"]
    theirs = row.get("nbgrader", {"seconds": math.nan, "cpu": math.nan})
    return {
        "notebook": row["notebook"],
        "set": SETS[row["set"]],
        "submissions": f"{count}",
        "nbgrader, s": f"{theirs['seconds']:.1f}",
        "nbgrader, a second": f"{count / theirs['seconds']:.2f}",
        "coursekit, s (range)": f"{ours['seconds']:.1f} ({low:.1f}–{high:.1f})",
        "coursekit, a second": f"{count / ours['seconds']:.2f}",
        "times faster": f"{row.get('ratio', math.nan):.1f}",
        "first result, s": f"{ours['first']:.1f}",
        "from then on, a second": f"{once_warm(count, ours):.2f}",
        "--jobs 1, s": f"{row['one_job']['seconds']:.1f}",
        "CPU, s": f"{theirs['cpu']:.0f} and {ours['cpu']:.0f}",
        "same marks": f"{row.get('same_marks', math.nan)} of {count}",
    }


def once_warm(count: int, measured: dict[str, float]) -> float:
    """Submissions a second after the first one: the rate of a class that is large enough."""
    return (count - 1) / (measured["seconds"] - measured["first"])


def scale_columns(row: dict) -> dict[str, str]:
    return {
        "notebook": row["notebook"],
        "set": SETS[row["set"]],
        "submissions": f"{row['submissions']:,}",
        "seconds": f"{row['seconds']:,.1f}",
        "a second": f"{row['submissions'] / row['seconds']:.2f}",
        "first result, s": f"{row['first']:.1f}",
        "from then on, a second": f"{once_warm(row['submissions'], row):.2f}",
        "runner, first fifth, MB": f"{row['runner_early_mb']:,.0f}",
        "runner, peak, MB": f"{row['runner_mb']:,.0f}",
        "all processes, peak, MB": f"{row['all_mb']:,.0f}",
        "processes": f"{row['processes']}",
    }


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])

    def some_of(known: dict[str, str]):
        def read(text: str) -> list[str]:
            names = text.split(",")
            if unknown := set(names) - set(known):
                raise argparse.ArgumentTypeError(f"{unknown}: there are only {', '.join(known)}")
            return names

        return read

    parser.add_argument("--submissions", type=int, default=40, help="in each set (default: 40)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of ours (default: 3)")
    parser.add_argument("--sets", type=some_of(SETS), default=list(SETS), help=", ".join(SETS))
    parser.add_argument(
        "--notebooks",
        type=some_of(NOTEBOOKS),
        default=list(NOTEBOOKS),
        help="; ".join(f"{name}: {what}" for name, what in NOTEBOOKS.items()),
    )
    parser.add_argument("--ours-only", action="store_true", help="leave nbgrader out")
    parser.add_argument(
        "--scale",
        type=lambda text: [int(size) for size in text.split(",")],
        metavar="1000,5000",
        help="instead: classes of so many, ours only, with memory",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the file."""
    options = parse(arguments)
    about, rows = machine(), []
    for kind in options.notebooks:
        for name in options.sets:
            for count in options.scale or [options.submissions]:
                print(f"{count} submissions, {kind}, {SETS[name]}", file=sys.stderr)
                with tempfile.TemporaryDirectory() as folder:
                    if options.scale:
                        rows.append(measure_scale(Path(folder), kind, name, count))
                    else:
                        rows.append(measure_set(Path(folder), kind, name, options))
    about["sandbox"] = " / ".join(sorted({row["sandbox"] for row in rows}))
    print("; ".join(f"{key}: {value}" for key, value in about.items() if value) + "\n")
    for name in options.notebooks:
        print(f'Notebook "{name}": {NOTEBOOKS[name]}.')
    print(f"\n{table(rows)}")
    if options.json:
        options.json.write_text(json.dumps({"machine": about, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
