"""Start a candidate in a process of its own, with limits, and say how it ended.

`launch` is the one way in which a candidate is started: whatever seals it better in future
slips in behind it. Everything that can go wrong on the candidate's side comes out as a
`CandidateGone` with a verdict; whatever it sends is read by `wire`, which trusts nothing.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coursekit.grading import wire


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
        Writable memory of one candidate process.
    file_bytes : int
        Size of a file that it writes.
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
    deaths_per_exercise: int = 2

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class CandidateGone(Exception):
    """The candidate did not answer in time, or at all; `verdict` says which."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict, self.message = verdict, message


class Candidate:
    """A running candidate: ask it, or close it. A context manager."""

    def __init__(self, process: subprocess.Popen, stream: socket.socket, scratch: Path) -> None:
        self._process, self._stream, self._scratch = process, stream, scratch
        self._last_id = 0

    def __enter__(self) -> Candidate:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, op: str, **fields: Any) -> int:
        """Send a request; its number, which the reply must bear."""
        self._last_id += 1
        try:
            self._stream.settimeout(10)
            self._stream.sendall(wire.frame({"op": op, "id": self._last_id, **fields}))
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
        parts = bytearray()
        while len(parts) < n:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._stream], [], [], left)[0]:
                raise TimeoutError
            try:
                part = self._stream.recv(min(n - len(parts), 2**20))
            except OSError:
                part = b""
            if not part:
                raise self._gone()
            parts += part
        return bytes(parts)

    def _gone(self) -> CandidateGone:
        try:
            code = self._process.wait(2)
        except subprocess.TimeoutExpired:
            return CandidateGone("crashed", "The process closed its connection to the grader.")
        if code == -signal.SIGXCPU:
            return CandidateGone("timeout", "The process used up its CPU time.")
        if code == -signal.SIGKILL:
            return CandidateGone("memory", "The process was killed, most likely for its memory.")
        names = {number.value: number.name for number in signal.Signals}
        how = f"signal {names.get(-code, -code)}" if code < 0 else f"exit code {code}"
        return CandidateGone("crashed", f"The process ended in the middle of the work ({how}).")

    def close(self) -> None:
        """End the process with all that it started, and remove its scratch folder."""
        self._stream.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)


def launch(package_root: Path, limits: Limits) -> Candidate:
    """Start a candidate on the edition of the package that lies in `package_root`.

    Parameters
    ----------
    package_root : Path
        The folder that holds `coursekit/`: the student edition's, or, to prove a release, the
        instructor's own.
    limits : Limits
    """
    scratch = Path(tempfile.mkdtemp(prefix="coursekit-candidate-"))
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-P", "-m", "coursekit.grading.candidate", str(theirs.fileno())]
    environment = {
        "PATH": os.defpath,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "IPYTHONDIR": str(scratch / ".ipython"),
        "MPLCONFIGDIR": str(scratch / ".matplotlib"),
        "PYTHONPATH": str(package_root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # figures as in a notebook
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Submissions run side by side; each takes one core.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
    try:
        process = subprocess.Popen(
            command,
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            preexec_fn=lambda: _confine(limits),
        )
    finally:
        theirs.close()
    return Candidate(process, ours, scratch)


def _confine(limits: Limits) -> None:
    """Resource limits of the process that is about to become a candidate."""
    wanted = {
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
        # Counts what a process can write to; on systems without it, address space must do.
        "RLIMIT_DATA" if sys.platform == "linux" else "RLIMIT_AS": limits.memory_bytes,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))
