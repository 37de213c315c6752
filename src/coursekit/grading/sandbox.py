"""Start candidates, talk to them, and say how they ended.

A `CandidateParent` is the warm parent that candidates are forked from; `launch` asks it for
one. Everything that can go wrong on the candidate's side comes out as a `CandidateGone` with a
verdict; whatever it sends is read by `wire`, which trusts nothing.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from coursekit.grading import seal, wire
from coursekit.grading.course import Course
from coursekit.grading.warm import Child, ParentGone, WarmParent, fork_from

# What submissions import, and what is slow to import; no TensorFlow op runs on the way.
HEAVY = (
    "scipy.signal",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "tensorflow",
    "keras",
)
LIGHT = ("matplotlib_inline.backend_inline",)
_READABLE = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store",
    "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/fonts",
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes
    ----------
    cell_seconds : float
        CPU time of one cell of the notebook.
    check_seconds : float
        CPU time of the student's function in one check.
    patience : float
        So many times as long may either take by the clock: machines are busy, code may sleep.
    total_seconds : float
        Wall time of the whole submission; what is left of its checks is then skipped.
    cpu_seconds : int
        CPU time of one candidate process.
    memory_bytes : int
        Memory of one candidate process, beyond what the libraries take.
    file_bytes : int
        Size of a file that it writes.
    scratch_bytes : int
        Size of all files that it writes; in memory, so it counts as such.
    threads : int
        Threads of one candidate process.
    deaths_per_exercise : int
        So many times a candidate may die in an exercise before the rest of it is skipped.
    """

    cell_seconds: float = 10.0
    check_seconds: float = 10.0
    patience: float = 4.0
    total_seconds: float = 300.0
    cpu_seconds: int = 300
    memory_bytes: int = 2 * 2**30
    file_bytes: int = 16 * 2**20
    scratch_bytes: int = 64 * 2**20
    threads: int = 128
    deaths_per_exercise: int = 2

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class CandidateGone(Exception):
    """The candidate did not answer in time, or at all; `verdict` says which."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict, self.message = verdict, message


class SandboxError(Exception):
    """No candidate can be started, or not one that keeps the line of trust: the grader's own
    failure, and nothing that a submission did."""


class Candidate:
    """A running candidate: ask it, or close it. A context manager.

    Attributes
    ----------
    layers : list of str
        The layers of `seal` that hold for it.
    """

    def __init__(self, child: Child) -> None:
        self._child, self._last_id = child, 0
        try:
            # It says so before it runs a line of anybody's code.
            said = self.receive(60)
        except CandidateGone as error:
            said = {"refused": str(error)}
        if "refused" in said:
            child.close()
            raise SandboxError(f"no submission can be run here: {said['refused']}")
        self.layers: list[str] = said["layers"]

    def __enter__(self) -> Candidate:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, op: str, patience: float, /, **fields: Any) -> dict:
        """Send a request and wait so many seconds for the reply.

        Raises
        ------
        CandidateGone
            Also where what comes back answers something else.
        """
        number = self.send(op, **fields)
        reply = self.receive(patience)
        if type(reply.get("id")) is not int or reply["id"] != number:
            raise CandidateGone("error", "What came back answers another call.")
        return reply

    def send(self, op: str, **fields: Any) -> int:
        """Send a request; its number, which the reply must bear."""
        self._last_id += 1
        try:
            self._child.channel.settimeout(10)
            self._child.channel.sendall(wire.frame({"op": op, "id": self._last_id, **fields}))
        except OSError:
            raise self._gone() from None
        except wire.WireError as error:
            raise CandidateGone("error", f"It is too large to be run: {error}.") from None
        return self._last_id

    def receive(self, seconds: float) -> dict:
        """The next message, within `seconds`.

        Raises
        ------
        CandidateGone
            With verdict timeout, memory or crashed.
        """
        deadline = time.monotonic() + seconds
        try:
            (size,) = wire.HEADER.unpack(self._exactly(wire.HEADER.size, deadline))
            if size > wire.MAX_BYTES:
                raise CandidateGone(
                    "error", f"A returned value is larger than {wire.MAX_BYTES:,} bytes."
                )
            message = wire.decode(self._exactly(size, deadline))
        except wire.WireError as error:
            raise CandidateGone("error", f"What came back cannot be read: {error}.") from None
        except TimeoutError:
            raise CandidateGone(
                "timeout", f"No answer within {seconds:.3g} s; the process was stopped."
            ) from None
        if not isinstance(message, dict):
            raise CandidateGone("error", "What came back is no message of this protocol.")
        return message

    def _exactly(self, n: int, deadline: float) -> bytes:
        stream, parts = self._child.channel, bytearray()
        while len(parts) < n:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise TimeoutError
            try:
                part = stream.recv(min(n - len(parts), 2**20))
            except OSError:
                part = b""
            if not part:
                raise self._gone()
            parts += part
        return bytes(parts)

    def _gone(self) -> CandidateGone:
        try:
            code = self._child.status(2)
        except ParentGone as error:  # no doing of this submission
            raise SandboxError(str(error)) from None
        if code is None:
            return CandidateGone("crashed", "The process closed its connection to the grader.")
        if code == -signal.SIGXCPU:
            return CandidateGone("timeout", "The process used up its CPU time.")
        if code == -signal.SIGKILL:
            return CandidateGone("memory", "The process was killed, most likely for its memory.")
        names = {number.value: number.name for number in signal.Signals}
        how = f"signal {names.get(-code, -code)}" if code < 0 else f"exit code {code}"
        return CandidateGone("crashed", f"The process ended in the middle of the work ({how}).")

    def close(self) -> None:
        """End the process with all that it started, and wait until it is gone."""
        self._child.close()


def launch(control: socket.socket, limits: Limits) -> Candidate:
    """Fork a candidate from the warm parent at the other end of `control`.

    Raises
    ------
    SandboxError
        If that parent has ended, or the candidate cannot be sealed.
    """
    bounds = {bound.name: getattr(limits, bound.name) for bound in fields(seal.Bounds)}
    try:
        return Candidate(fork_from(control, bounds))
    except ParentGone as error:
        raise SandboxError(str(error)) from None


class CandidateParent(WarmParent):
    """The warm parent of candidates, on an edition of the package. A context manager.

    Parameters
    ----------
    package_root : Path
        The folder that holds `coursekit/`: the student edition's, or, to prove a release, the
        instructor's own.
    preload : iterable of str
        Modules that it imports before any candidate asks for them.
    sandbox : str
        "required": a `SandboxError` unless submissions are kept from the course's secrets and
        from other processes; "tried": what can be had; "none": limits only.
    course : Course, optional
        The course directory whose secrets no submission may read.
    """

    def __init__(
        self,
        package_root: Path,
        *,
        preload: Iterable[str] = LIGHT,
        sandbox: str = "required",
        course: Course | None = None,
    ) -> None:
        package_root = package_root.resolve()
        self.secrets = course.secrets if course else []
        view = view_of(package_root, course)
        self._home = tempfile.TemporaryDirectory(prefix="coursekit-")
        options = {
            "home": self._home.name,
            "seal": sandbox != "none",
            "readable": view.readable,
            "masked": view.masked,
            "preload": list(preload),
        }
        command = [sys.executable, "-P", "-m", "coursekit.grading.candidate", json.dumps(options)]
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(package_root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",  # the same submission gives the same result
            "LANG": "C.UTF-8",
            "CUDA_VISIBLE_DEVICES": "-1",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # figures as in a notebook
            "TF_CPP_MIN_LOG_LEVEL": "3",
            # Submissions run side by side; each takes one core. A fork keeps no threads.
            **dict.fromkeys(
                ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                 "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "MALLOC_ARENA_MAX"), "1"
            ),
        }  # fmt: skip
        super().__init__(command, environment, folder=package_root)
        self._required = sandbox == "required"

    def close(self) -> None:
        super().close()
        self._home.cleanup()

    def launch(self, limits: Limits) -> Candidate:
        """A new candidate.

        Raises
        ------
        SandboxError
            If there can be none, or not one that is sealed as required.
        """
        self.require()
        return launch(self.control, limits)

    def require(self) -> None:
        """Wait until the parent is ready, and see that the line of trust is kept where it must be.

        Raises
        ------
        SandboxError
        """
        try:
            self.ready  # noqa: B018
        except ParentGone as error:
            raise SandboxError(str(error)) from None
        if not self._required:
            return
        broken = examine(self)["broken"]
        if broken:
            raise SandboxError(
                f"here a submission could {broken[0]}, so it is not run; run `coursekit doctor` to "
                "see what this machine lacks, or, if you trust every submission, give "
                "--sandbox=none"
            )
        self._required = False  # once is enough


def view_of(package_root: Path, course: Course | None) -> seal.View:
    """What a candidate on `package_root` needs to see: Python, its libraries, the package."""
    libraries = {str(Path(sys.base_prefix) / "lib"), str(Path(sys.prefix) / "lib")}
    libraries |= {str(Path(path).resolve()) for path in libraries}
    masked = {str(course.root.resolve())} if course else set()
    for entry in map(Path, sys.path):
        package = entry / "coursekit"
        if entry.name in ("site-packages", "dist-packages"):
            libraries.add(str(entry))
            if package.is_dir() and entry.resolve() != package_root:
                masked.add(str(package.resolve()))
    readable = {*libraries, *_READABLE, str(package_root)}
    return seal.View(tuple(sorted(readable)), tuple(sorted(masked)))


def examine(parent: CandidateParent) -> dict[str, Any]:
    """Try from within a candidate what a submission could do.

    Returns
    -------
    dict
        `layers` that hold, `refused`: what the kernel said where one does not, `broken`: what a
        submission could do across the line of trust, and `open`: what it could do besides.
    """
    refused = parent.ready["refused"]
    # Somebody to be signalled: its number says little in a namespace of processes, its end does.
    bystander = subprocess.Popen(
        [sys.executable, "-ISc", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with (
        bystander,
        socket.create_server(("127.0.0.1", 0)) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        writable = Path(folder) / "file"
        writable.touch()
        writable.chmod(0o666)
        Path(folder).chmod(0o755)
        with launch(parent.control, Limits()) as candidate:
            found = candidate.ask(
                "probe",
                30,
                secrets=[str(path) for path in parent.secrets],
                writable=str(writable),
                process=bystander.pid,
                port=server.getsockname()[1],
            )
            layers = candidate.layers
        signalled = bystander.poll() is not None
    broken = [f"read {path}" for path in found["readable"]]
    broken += ["write to other folders"] * found["writes"]
    broken += ["signal other processes"] * signalled
    also = ["reach the network"] * found["connects"] + ["start other programs"] * found["forks"]
    return {
        "layers": layers,
        "refused": refused,
        "broken": broken,
        "open": also,
    }
