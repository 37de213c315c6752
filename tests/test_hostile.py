"""The corpus of hostile and broken submissions: each contained, and nobody else the poorer.

`tests/hostile/README.md` says how a case is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import resource
import secrets
import selectors
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import jsonschema
import nbformat
import pytest
from classroom import Page, assert_inert
from course_directory import REPOSITORY
from nbgrader.api import Gradebook
from ordinary_user import elsewhere

from coursekit.exercises import exercises_of
from coursekit.grading.course import Course
from coursekit.grading.jobs import judge_work, work_of
from coursekit.grading.judge import checks_of, schema
from coursekit.grading.sandbox import Candidate, CandidateParent, Limits
from coursekit.grading.settings import COURSE_ID
from coursekit.publishing.edition import student_edition
from coursekit.publishing.release import generate

CORPUS = Path(__file__).parent / "hostile"
RIGHT = Path(__file__).parent / "right" / "convolutions"
ASSIGNMENT = "convolutions"
EXERCISES = [entry.name for entry in exercises_of(ASSIGNMENT)]
LIMITS = Limits(
    cell_seconds=1, check_seconds=1, patience=3, total_seconds=15, memory_bytes=768 * 2**20
)
# Kinds that take their time are given up after one death of the process, not two.
PATIENT = {"more-than-a-notebook", "reading", "writing"}
JUDGE_BYTES = 4 * 2**30
# What a whole notebook may show, as text of JSON.
MOST_SHOWN = 33_000_000


# --- cases --------------------------------------------------------------------------------------


@dataclass
class Case:
    """One file of the corpus."""

    name: str
    tries: str
    gets: set[str]
    attacks: str = "zero_pad"
    keeps: list[str] = field(default_factory=list)
    carries: list[str] = field(default_factory=list)
    sealed: str = ""
    cells: list[str] = field(default_factory=list)
    files: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    pipes: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.name.partition("/")[0]

    def write(self, folder: Path, known: str) -> None:
        """Hand it in: the notebook, and what lies beside it.

        Parameters
        ----------
        folder : Path
            Where the notebook is to lie; not there yet.
        known : str
            Source that tells the case what an attacker may know.
        """
        if "." in self.links:
            folder.parent.mkdir(parents=True)
            folder.symlink_to(self.links["."])
            return
        folder.mkdir(parents=True)
        name = f"{ASSIGNMENT}.ipynb"
        files = dict(self.files)
        if self.cells:
            cells = map(nbformat.v4.new_code_cell, [known, *self.cells])
            made = nbformat.writes(nbformat.v4.new_notebook(cells=list(cells))).encode()
            files[name] = lambda: made
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data())
        for path, target in self.links.items():
            (folder / path).symlink_to(target)
        for path in self.pipes:
            os.mkfifo(folder / path)


def right(exercise: str) -> str:
    return (RIGHT / exercise / "loops.py").read_text()


def read_case(path: Path) -> Case:
    """Read a `.py` file, or the `.txt` file beside a notebook."""
    text = path.read_text()
    said = dict(re.findall(r"^# (\w+): (.+)$", text.partition("\n\n")[0], re.MULTILINE))
    case = Case(
        name=path.relative_to(CORPUS).with_suffix("").as_posix(),
        tries=said.pop("tries"),
        gets=set(said.pop("gets").split(", ")),
        attacks=said.pop("attacks", "zero_pad"),
        keeps=said.pop("keeps", "").split(),
        carries=[text for text in said.pop("carries", "").split(", ") if text],
        sealed=said.pop("sealed", ""),
    )
    assert not said, f"{path}: nobody knows what {set(said)} means"
    if path.suffix == ".txt":
        case.files[f"{ASSIGNMENT}.ipynb"] = path.with_suffix(".ipynb").read_bytes
        return case
    for head, body in re.findall(r"^# %%(.*)\n((?:(?!# %%).*\n?)*)", text, re.MULTILINE):
        match head.split():
            case []:
                case.cells.append(body)
            case ["right", exercise]:
                case.cells.append(right(exercise))
                case.keeps.append(exercise)
            case ["file", name]:
                case.files[name] = body.encode
            case ["link", name, target]:
                case.links[name] = target
            case ["pipe", name]:
                case.pipes.append(name)
            case _:
                raise AssertionError(f"{path}: nobody knows what '# %%{head}' means")
    return case


def cases_made_here() -> Iterator[Case]:
    """What no repository can hold."""
    name = f"{ASSIGNMENT}.ipynb"
    cells = [right("zero_pad"), right("conv_single_step")]

    def notebook(comment: int = 0, output: int = 0) -> bytes:
        made = [nbformat.v4.new_code_cell(source) for source in (*cells, "#" + "x" * comment)]
        made[0].outputs = [nbformat.v4.new_output("stream", text="x" * output)]
        return nbformat.writes(nbformat.v4.new_notebook(cells=made)).encode()

    for what, gets, make in (
        ("50 MB of output", "passed", partial(notebook, output=50_000_000)),
        ("50 MB of comment", "passed", partial(notebook, comment=50_000_000)),
        ("110 MB", "error", partial(notebook, output=110_000_000)),
    ):
        keeps = ["conv_single_step"] if gets == "passed" else []
        yield Case(f"made/{what}", what, {gets}, keeps=keeps, files={name: make})
    for other in ("my work (1).ipynb", "new\nline.ipynb", "Übung \N{SNOWMAN}.ipynb", "a" * 250):
        yield Case(f"made/{other!a}", f"the name {other}", {"error"}, files={other: notebook})


CASES = {
    case.name: case
    for path in sorted([*CORPUS.glob("*/*.py"), *CORPUS.glob("*/*.txt")])
    for case in [read_case(path)]
} | {case.name: case for case in cases_made_here()}


# --- the place --------------------------------------------------------------------------------


@dataclass
class Place:
    """A course directory with secrets in it, and watchers around it."""

    course: Course
    secret: str  # begins all text that no submission may see
    mark: str  # names processes that cases try to leave
    arrived: list[str]  # connections, datagrams and signals that cases sent
    known: str  # what the cases may know of all this

    def state(self) -> dict[str, str]:
        """A digest of every file of the course, and of what is beside the libraries."""
        found = {}
        for path in sorted(self.course.root.rglob("*")):
            if "__pycache__" in path.parts:
                continue  # the judge's own imports leave it
            if path.is_symlink():
                found[str(path)] = os.readlink(path)
            elif path.is_file():
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
            found[f"rights of {path}"] = oct(path.lstat().st_mode)
        libraries = Path(sysconfig.get_path("purelib"))
        for path in [*libraries.glob("*.pth"), *libraries.glob("*.py"), *libraries.glob("*.so")]:
            found[str(path)] = str(path.stat().st_mtime_ns)
        for name in ("numpy", "IPython", "msgpack"):
            found[name] = str((libraries / name / "__init__.py").stat().st_mtime_ns)
        return found

    def left(self) -> list[str]:
        """Processes and threads that bear the mark."""
        found = []
        for process in filter(str.isdecimal, os.listdir("/proc")):
            folder = Path("/proc", process)
            with contextlib.suppress(OSError):  # it has ended
                names = [folder / "cmdline", folder / "environ", *folder.glob("task/*/comm")]
                found += [str(path) for path in names if self.mark.encode() in path.read_bytes()]
        return found


@contextlib.contextmanager
def listening(path: Path, arrived: list[str], name: str) -> Iterator[int]:
    """Listen on the loopback address, on the abstract socket `name` and on one at `path`."""
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = tcp.getsockname()[1]
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", port))
        watched = [tcp, udp]
        for address in (f"\0{name}", str(path)):
            line = stack.enter_context(socket.socket(socket.AF_UNIX))
            line.bind(address)
            line.listen()
            watched.append(line)
        path.chmod(0o777)
        selector = stack.enter_context(selectors.DefaultSelector())
        for line in watched:
            selector.register(line, selectors.EVENT_READ)
        stop, stopped = socket.socketpair()
        selector.register(stopped, selectors.EVENT_READ)

        def watch() -> None:
            while True:
                for key, _ in selector.select():
                    if key.fileobj is stopped:
                        return
                    arrived.append(f"a call at {key.fileobj.getsockname()}")
                    if key.fileobj is udp:
                        udp.recv(100)
                    else:
                        key.fileobj.accept()[0].close()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield port
        finally:
            stop.close()
            thread.join()
            stopped.close()


@contextlib.contextmanager
def counting_signals(arrived: list[str]) -> Iterator[None]:
    """Note signals that a case sends to the judge, which is this process, and go on."""
    kept = {
        number: signal.signal(number, lambda number, _: arrived.append(signal.strsignal(number)))
        for number in (signal.SIGUSR1, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def giving_up_after(seconds: int) -> Iterator[None]:
    """A judge that waits for ever fails its test and stops no other."""

    def ring(*_: object) -> None:
        pytest.fail(f"the judge is not done after {seconds} s")

    kept = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, kept)


@pytest.fixture(scope="module", autouse=True)
def _little_memory() -> Iterator[None]:
    """The judge, which is this process, must get by with little, whatever it is made to read."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (JUDGE_BYTES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def make_course(root: Path, secret: str) -> Course:
    """A course directory of its own, every file a copy, with a secret in each that has secrets."""
    root.mkdir(mode=0o755)
    for name in ("src", "tests/hidden", "solutions", "assignments"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignore)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    course = Course(root)
    for path in [*root.glob("tests/hidden/**/*.py"), root / "src/coursekit/convolution.py"]:
        path.write_text(f"{path.read_text()}# {secret} {path.name}\n")
    with contextlib.closing(sqlite3.connect(course.gradebook)) as database, database:
        database.execute("create table grades (said text)")
        database.execute("insert into grades values (?)", [f"{secret} gradebook"])
    neighbour = Case("neighbour", "", set(), cells=[right("zero_pad"), right("conv_single_step")])
    folder = root / "submitted" / "neighbour" / ASSIGNMENT
    neighbour.write(folder, f"# {secret} submission")
    for path in (course.document("neighbour", ASSIGNMENT), root / ".ssh" / "id_rsa"):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"said": f"{secret} {path.name}"}))
    student_edition(course)
    return course


@contextlib.contextmanager
def surroundings(root: Path) -> Iterator[Place]:
    """A course directory at `root` with secrets in it, and watchers around it."""
    secret, mark = f"canary{secrets.token_hex(12)}", f"left-{secrets.token_hex(4)}"
    address = f"coursekit-{secrets.token_hex(8)}"
    arrived: list[str] = []
    course = make_course(root, secret)
    with (
        open(root / f"{secret} open file", "w"),  # the judge holds it, as it may hold others
        listening(root / "service", arrived, address) as port,
        counting_signals(arrived),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("GRADEBOOK_PASSWORD", f"{secret} environment")
        known = {
            "COURSE": str(root),
            "JUDGE": os.getpid(),
            "PORT": port,
            "SOCKET": address,
            "MARK": mark,
        }
        source = "\n".join(f"{name} = {value!r}" for name, value in known.items())
        yield Place(course, secret, mark, arrived, source)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with surroundings(tmp_path_factory.mktemp("hostile") / "course") as place:
        yield place


@pytest.fixture(scope="module")
def start(place: Place) -> Iterator:
    edition = student_edition(place.course)
    with CandidateParent(edition, course=place.course) as parent:
        yield partial(parent.launch, LIMITS)


@pytest.fixture(scope="module")
def grade(place: Place, start):
    """Judge what lies in a student's folder: the document and what the cells showed."""

    def graded(student: str, exercises: set[str], deaths: int = 2) -> tuple[dict, dict]:
        checks = [c for c in checks_of(place.course, ASSIGNMENT) if c.exercise in exercises]
        work = work_of(place.course, student, ASSIGNMENT, 7)
        limits = replace(LIMITS, deaths_per_exercise=deaths)
        result = judge_work(work, checks, start, ASSIGNMENT, limits)
        return result["document"], result["outputs"]

    return graded


@pytest.fixture(scope="module")
def layers(grade) -> list[str]:
    """The layers of the sandbox that hold here."""
    return grade("neighbour", {"zero_pad"})[0].get("sandbox", [])


# --- tests --------------------------------------------------------------------------------------


def test_corpus_is_large_and_every_case_says_what_it_must_get() -> None:
    assert len(CASES) >= 60
    assert len({case.tries for case in CASES.values()}) == len(CASES)
    from coursekit.checks.engine import VERDICTS

    for case in CASES.values():
        assert case.gets <= set(VERDICTS) - {"fault"}, case.name
        assert case.gets == {"passed"} or "passed" not in case.gets, case.name


@pytest.mark.parametrize("name", CASES)
def test_case_is_contained(place: Place, grade, layers: list[str], name: str) -> None:
    case = CASES[name]
    if case.sealed and case.sealed not in layers:
        pytest.fail(f"not run: without the layer {case.sealed!r} of the sandbox it would do harm")
    folder = place.course.handed_in("attacker", ASSIGNMENT).parent
    case.write(folder, place.known)
    place.arrived.clear()
    before = place.state()
    exercises = {case.attacks, *case.keeps}
    try:
        with giving_up_after(120):
            document, outputs = grade("attacker", exercises, 2 if case.kind in PATIENT else 1)
        assert place.left() == []
        assert place.state() == before
    finally:
        shutil.rmtree(folder.parent)
    assert place.arrived == []
    if case.links:
        assert outputs == {}, "a link was followed"
    jsonschema.validate(document, schema())
    shown = json.dumps([document, outputs], allow_nan=False, ensure_ascii=False)
    assert place.secret not in shown
    assert len(shown) < MOST_SHOWN
    shown.encode()  # and no half characters

    checks = [check for check in document["checks"] if check["exercise"] == case.attacks]
    said = [(c["verdict"], c["message"], c["got"]) for c in checks], document["notes"]
    assert {check["verdict"] for check in checks} <= case.gets, said
    lost = sum(check["max_points"] for check in checks) if case.gets != {"passed"} else 0
    assert document["score"] == document["max_score"] - lost, said
    for check in checks:
        told = check["message"] + check["hint"]
        assert check["public"] or not any(text in told for text in case.carries), told


def test_work_that_is_right_is_unharmed_after_all_of_them(place: Place, grade) -> None:
    document, _ = grade("neighbour", {"zero_pad", "conv_single_step"})
    assert document["score"] == document["max_score"] == 20


@pytest.mark.parametrize(
    "name",
    [
        "network/abstract_socket",
        "network/datagram",
        "network/loopback",
        "network/socket_in_the_course",
        "reading/documents",
        "reading/environment",
        "reading/gradebook",
        "reading/hidden_checks",
        "reading/other_submissions",
        "reading/proc",
        "reading/reference_by_path",
    ],
)
def test_case_is_noticed_where_nothing_contains_it(place: Place, name: str) -> None:
    """These cases work, and those who watch see it: or they would prove nothing."""
    place.arrived.clear()
    call = "import numpy as np\nprint(zero_pad(np.ones((1, 2, 2, 1)), 1))"
    source = "\n".join([place.known, *CASES[name].cells, call])
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    # What listens tells a moment later.
    for _ in range(100):
        if place.arrived or place.secret in done.stdout:
            return
        time.sleep(0.05)
    raise AssertionError(done.stderr)


LOOKS_FOR_SIBLINGS = """
import os

def alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except OSError:
        return False

print([pid for pid in range(1, 3000) if pid != os.getpid() and alive(pid)], os.listdir("."))
open("mine", "w").close()
"""


def test_siblings_see_nothing_of_each_other(start) -> None:
    def shown_by(candidate: Candidate) -> list[dict]:
        candidate.send("load", cells=[[0, LOOKS_FOR_SIBLINGS]], skip=[], cell_seconds=5)
        assert candidate.receive(20) == {"cell": 0}
        done = candidate.receive(20)
        assert "loaded" in candidate.receive(20)
        return done["outputs"]

    with start() as first, start() as second:
        for candidate in (first, second):
            assert [output["text"] for output in shown_by(candidate)] == ["[] []\n"]


# --- a class ------------------------------------------------------------------------------------

# A whole assignment is judged with everyday limits: of some kinds, those cases that end soon.
QUICK = {
    "comparison": ["always_equal", "patched_builtins", "patched_checks"],
    "exhausting": ["memory", "threads", "disk"],
    "leaving": ["daemon", "exit", "signals_to_the_parents"],
    "made": ["50 MB of output", "'new\\nline.ipynb'"],
    "network": ["loopback", "abstract_socket"],
    "reading": ["hidden_checks", "other_submissions", "reference_by_import", "proc"],
    "shell": ["runs_its_own_cells", "exits_in_cells"],
    "outputs": [path.stem for path in CORPUS.glob("outputs/*.py") if path.stem != "shows_itself"],
    "wire": ["malformed", "replies_before_the_call", "one_long_string", "forged_outputs"],
    "writing": ["gradebook", "other_submissions", "documents", "libraries_in_memory"],
}
BYSTANDERS = ("student-01", "student-02", "student-03", "student-18")
STRANGE_NAMES = (
    "Zoë O'Neil",
    "new\nline",
    " a space ",
    "-rf",
    "a;b&c|d",
    "50%s{}",
    "学生",
    "a" * 200,
)


@dataclass
class Class:
    """A graded class: attackers, and bystanders whose work is right."""

    place: Place
    attackers: dict[str, Case]  # by the student's name
    before: dict[str, str]
    said: str


def cases_of_class() -> list[Case]:
    """Of the kinds in QUICK those named there, and all others."""
    return [
        case
        for case in CASES.values()
        for name in [case.name.partition("/")[2]]
        if name in QUICK.get(case.kind, [name])
    ]


def run(course: Course, command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "coursekit.cli", command, ASSIGNMENT],
        env=os.environ | {"COURSEKIT_ROOT": str(course.root)},
        cwd=course.root,
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    with surroundings(tmp_path_factory.mktemp("class") / "course") as place:
        course = place.course
        course.gradebook.unlink()
        generate(course, ASSIGNMENT, course.root)
        # In order of name, honest work comes before, among and after the rest.
        names = [f"student-{n:02}-attacks" for n in range(len(CASES))]
        attackers = dict(zip([*STRANGE_NAMES, *names], cases_of_class()))
        for student, case in attackers.items():
            case.write(course.handed_in(student, ASSIGNMENT).parent, place.known)
        for student in BYSTANDERS:
            folder = course.root / "submitted" / student
            shutil.copytree(REPOSITORY / "sample_class" / student, folder)
        before = place.state()
        said = ""
        for command in ("grade", "feedback", "report"):
            done = run(course, command)
            said += f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        yield Class(place, attackers, before, said)


def points_in_gradebook(course: Course, student: str) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course.gradebook}", COURSE_ID) as gradebook:
        work = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        return {grade.name: grade.auto_score for grade in work.grades}


def test_class_is_graded_to_the_end(graded_class: Class) -> None:
    for command in ("grade", "feedback", "report"):
        assert f"{command}: exit code 0" in graded_class.said, graded_class.said
    assert graded_class.place.arrived == []
    assert graded_class.place.left() == []


def test_class_is_graded_once(graded_class: Class) -> None:
    done = run(graded_class.place.course, "grade")
    assert "nothing has changed" in done.stdout, done.stdout + done.stderr


def test_bystanders_have_all_their_points(graded_class: Class) -> None:
    course = graded_class.place.course
    for student in BYSTANDERS:
        kept = json.loads(course.document(student, ASSIGNMENT).read_text())
        assert kept["document"]["score"] == 100, student
        points = points_in_gradebook(course, student)
        assert sum(points.get(f"{name}-checks", 0) for name in EXERCISES) == 100, student


def test_attackers_have_what_is_right_and_no_more(graded_class: Class) -> None:
    course = graded_class.place.course
    for student, case in graded_class.attackers.items():
        result = json.loads(course.document(student, ASSIGNMENT).read_text())
        checks = result["document"]["checks"]
        assert all(check["verdict"] != "fault" for check in checks), case.name
        earned = dict.fromkeys(EXERCISES, 0.0)
        for check in checks:
            earned[check["exercise"]] += check["points"]
        right = {*case.keeps, *({case.attacks} if case.gets == {"passed"} else set())}
        assert {name for name, points in earned.items() if points} == right, case.name
        points = points_in_gradebook(course, student)
        entered = {name: points.get(f"{name}-checks") or 0.0 for name in EXERCISES}
        assert entered == earned, case.name


def test_everything_else_is_as_it_was(graded_class: Class) -> None:
    made = ("gradebook.db", "autograded", ".coursekit", "feedback", "reports")
    root = graded_class.place.course.root
    kept = str(root / ".coursekit/student-edition")

    def rest(state: dict[str, str]) -> dict[str, str]:
        folders = tuple(str(root / name) for name in made)
        return {
            name: value
            for name, value in state.items()
            if not name.removeprefix("rights of ").startswith(folders) or name.startswith(kept)
        }

    assert rest(graded_class.place.state()) == rest(graded_class.before)


def test_nothing_secret_comes_back(graded_class: Class) -> None:
    course, secret = graded_class.place.course, graded_class.place.secret
    for student in graded_class.attackers:
        for path in (
            course.document(student, ASSIGNMENT),
            course.feedback(student, ASSIGNMENT),
            course.autograded(student, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb",
        ):
            if path.exists():
                assert secret not in path.read_text(), path


def test_pages_about_attackers_run_nothing(graded_class: Class) -> None:
    course = graded_class.place.course
    for student in graded_class.attackers:
        assert_inert(Page(course.feedback(student, ASSIGNMENT).read_text()))
    assert_inert(Page(course.report(ASSIGNMENT).read_text()))


def test_autograded_notebooks_of_attackers_run_nothing(graded_class: Class) -> None:
    for path in graded_class.place.course.root.glob("autograded/*/*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            ours = cell.metadata.get("nbgrader", {}).get("grade", False)
            for output in cell.get("outputs", []):
                allowed = {"text/plain", "image/png", "image/jpeg"} | (
                    {"text/html"} if ours else set()
                )
                assert set(output.get("data", {})) <= allowed, path


# --- as somebody else ---------------------------------------------------------------------------


@pytest.mark.skipif(os.getuid() != 0, reason="this run is an ordinary user's already")
def test_cases_of_each_kind_as_an_ordinary_user() -> None:
    first = {case.kind: name for name, case in reversed(CASES.items())}
    names = {*first.values(), *(f"{kind}/{name}" for kind in QUICK for name in QUICK[kind])}
    names = sorted(name for name in names if not name.startswith("made/"))
    tests = [f"{__file__}::test_case_is_contained[{name}]" for name in names]
    tests.append(f"{__file__}::test_work_that_is_right_is_unharmed_after_all_of_them")
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider",
            "--basetemp", f"{home}/tests", *tests,
        ]  # fmt: skip
        done = subprocess.run(
            elsewhere(command, user=True, give=[Path(home)]),
            cwd=REPOSITORY,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONDONTWRITEBYTECODE": "1",
                "HYPOTHESIS_STORAGE_DIRECTORY": f"{home}/hypothesis",
            },
            capture_output=True,
            text=True,
        )
    assert f"{len(tests)} passed" in done.stdout, done.stdout[-5000:] + done.stderr[-2000:]
