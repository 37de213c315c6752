"""A warm parent: a process that has imported what is slow to import, and forks for each request.

`serve` runs in the parent, `WarmParent` starts one and asks it. A request carries two sockets:
the *channel*, which the forked child works on, and the *lifeline*, on which the parent tells how
the child ended, and whose closing, even by the asker's death, ends the child.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from coursekit.grading import seal, wire

_STATUS = struct.Struct("<i")
_REQUEST_BYTES = 60_000


class ParentGone(Exception):
    """The warm parent has ended: nothing can be forked from it any more."""


# --- in the parent --------------------------------------------------------------------------


def serve(
    control: socket.socket,
    ready: dict,
    work: Callable[[dict, socket.socket, str], None],
    *,
    before_fork: Callable[[], None] = lambda: None,
    after_fork: Callable[[], None] = lambda: None,
    scratch_folders: bool = False,
) -> None:
    """Say `ready`, then fork a child for each request until nobody can ask any more.

    Parameters
    ----------
    control : socket
        A SEQPACKET socket; its other end may be shared by many askers.
    ready : dict
        What to tell the one who started this parent.
    work : callable
        Runs in the child, with the request, the channel and a scratch folder's path or "".
    before_fork, after_fork : callable
        Run in the parent around each fork.
    scratch_folders : bool
        Make a folder for each child, and remove it when the child has ended.
    """
    gc.collect()
    gc.freeze()  # what is shared with the children stays shared
    control.send(wire.encode(ready))
    children: dict[int, tuple[socket.socket, str]] = {}
    woken, waker = socket.socketpair()
    woken.setblocking(False)
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    events = selectors.DefaultSelector()
    events.register(control, selectors.EVENT_READ, None)
    events.register(woken, selectors.EVENT_READ, None)

    def fork(request: dict, channel: socket.socket, lifeline: socket.socket) -> None:
        scratch = tempfile.mkdtemp(prefix="coursekit-") if scratch_folders else ""
        before_fork()
        pid = os.fork()
        if pid == 0:
            _become_child()
            try:
                events.close()
                for mine in (control, woken, waker, lifeline, *(c[0] for c in children.values())):
                    mine.close()
                work(request, channel, scratch)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        after_fork()
        children[pid] = lifeline, scratch
        events.register(lifeline, selectors.EVENT_READ, pid)

    def bury() -> None:
        while children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            lifeline, scratch = children.pop(pid)
            with contextlib.suppress(OSError, KeyError):
                events.unregister(lifeline)
            with contextlib.suppress(OSError):
                lifeline.send(_STATUS.pack(os.waitstatus_to_exitcode(status)))
            lifeline.close()
            if scratch:
                shutil.rmtree(scratch, ignore_errors=True)

    while True:
        for key, _ in events.select():
            if key.fileobj is control:
                data, sockets, _, _ = socket.recv_fds(control, _REQUEST_BYTES, 2)
                if not data:
                    for pid in children:
                        _kill(pid)
                    return
                channel, lifeline = (socket.socket(fileno=number) for number in sockets)
                with channel:
                    fork(wire.decode(data), channel, lifeline)
            elif key.fileobj is woken:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(4096)
            else:  # the asker has let go
                events.unregister(key.fileobj)
                _kill(key.data)
        bury()


def _become_child() -> None:
    seal.die_with_parent()  # even one that is killed takes its children along
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()


def _kill(pid: int) -> None:
    # The group first: where there are no process namespaces, the child may have children.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


# --- for those who ask ----------------------------------------------------------------------


class Child:
    """A process forked on request: talk to it on `channel`, and close it."""

    def __init__(self, channel: socket.socket, lifeline: socket.socket) -> None:
        self.channel, self._lifeline = channel, lifeline
        self._status: int | None = None

    def status(self, seconds: float) -> int | None:
        """The exit code, negative for a signal; None if it does not end within `seconds`.

        Raises
        ------
        ParentGone
            If the warm parent has ended, and its children with it.
        """
        if self._status is None:
            self._lifeline.settimeout(seconds)
            with contextlib.suppress(TimeoutError):
                said = self._lifeline.recv(_STATUS.size)
                if len(said) < _STATUS.size:  # only the parent holds the other end
                    raise ParentGone("the warm parent has ended in the middle of the work")
                self._status = _STATUS.unpack(said)[0]
        return self._status

    def close(self) -> None:
        """End the process with all that it started, and wait until it is gone."""
        self.channel.close()
        if self._status is None:
            with contextlib.suppress(OSError, ParentGone):
                self._lifeline.shutdown(socket.SHUT_WR)
                self.status(30)
        self._lifeline.close()


class WarmParent:
    """Start a warm parent and ask it for children. A context manager.

    It starts in the background; `ready` waits for it.

    Parameters
    ----------
    command : sequence of str
        Starts it; the descriptor of its control socket is appended.
    environment : dict
        All of its environment.
    lent : sequence of int
        Descriptors that it inherits besides.
    folder : Path
        Its working directory.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        *,
        folder: Path,
        lent: Sequence[int] = (),
    ) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed with the parent
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[theirs.fileno(), *lent],
                start_new_session=True,  # the terminal's Ctrl-C is for the one who started it
            )

    def __enter__(self) -> WarmParent:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def ready(self) -> dict[str, Any]:
        """What the parent says of itself when it is ready to fork.

        It says so once: ask before the control socket is shared with other processes.

        Raises
        ------
        ParentGone
            If it could not start.
        """
        answer = self.control.recv(_REQUEST_BYTES)
        if not answer:
            self._process.wait()
            self._said.seek(0)
            text = self._said.read().decode(errors="replace").strip()
            raise ParentGone(f"a warm parent did not start: {text[-500:] or 'it said nothing'}")
        return wire.decode(answer)

    def fork(self, request: dict) -> Child:
        """A new child at work on `request`."""
        return fork_from(self.control, request)

    def close(self) -> None:
        """End the parent and all its children."""
        self.control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


def fork_from(control: socket.socket, request: dict) -> Child:
    """Ask the warm parent at the other end of `control` for a child.

    Raises
    ------
    ParentGone
        If it has ended.
    """
    channel, its_channel = socket.socketpair()
    lifeline, its_lifeline = socket.socketpair()
    with its_channel, its_lifeline:
        try:
            sockets = [its_channel.fileno(), its_lifeline.fileno()]
            socket.send_fds(control, [wire.encode(request)], sockets)
        except OSError as error:
            channel.close()
            lifeline.close()
            raise ParentGone(f"the warm parent has ended ({error.strerror})") from None
    return Child(channel, lifeline)
