"""Seal a process off: what the kernel lets an ordinary user do without any package.

`enclose` runs once in the warm parent of the candidates, before it imports anything heavy: new
namespaces and a file system that holds Python's libraries and nothing of the course. `confine`
runs in each candidate before a line of student code: namespaces of its own, a private scratch
folder, resource limits, no capabilities, Landlock and a seccomp filter.

Each step may be refused (by a container, an old kernel, another system); both functions return
the layers that hold, and `candidate.probe` tries from inside what a submission could do. Only
Linux has these layers. Constants are those of the kernel's headers (linux/sched.h, mount.h,
prctl.h, landlock.h, seccomp.h, filter.h).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

LAYERS = {
    "user": "an unprivileged user of its own, without capabilities",
    "processes": "a process namespace of its own: no other process can be seen or signalled",
    "files": "a view of the file system with Python's libraries alone, read-only",
    "scratch": "a private scratch folder of bounded size",
    "network": "a network namespace of its own, with nothing in it",
    "ipc": "a namespace of its own for shared memory and queues",
    "landlock": "Landlock rules for files, and for signals and sockets where the kernel has them",
    "seccomp": "a filter of system calls: no new process or program, no socket, no tracing",
    "limits": "limits of time, memory, threads, descriptors and file sizes",
}

SCRATCH = "/scratch"
_NOBODY = 65534
_NEWNS, _NEWUSER, _NEWPID = 0x20000, 0x10000000, 0x20000000
_NEWNET, _NEWIPC = 0x40000000, 0x8000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_BIND = 1, 2, 4, 32, 4096
_MS_REC, _MS_PRIVATE = 16384, 1 << 18
_PDEATHSIG, _DUMPABLE, _CAPBSET_DROP, _NO_NEW_PRIVS, _SECCOMP = 1, 4, 24, 38, 22


@dataclass(frozen=True)
class View:
    """What a candidate may see of the file system.

    Attributes
    ----------
    readable : tuple of str
        Folders and files, at their own paths, read-only.
    masked : tuple of str
        Folders of which only what is readable within them appears, even where they lie in one
        that is readable.
    """

    readable: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


@dataclass
class Enclosure:
    """What `enclose` reached, for the candidates forked later."""

    layers: set[str] = field(default_factory=set)
    view: View = View()
    refused: str = ""  # what the kernel said where it refused
    own_pids: int | None = None  # descriptor of this process's own process namespace
    size: int | None = None  # descriptor that tells the memory this process has mapped


class Refused(OSError):
    """The kernel does not let this process take a step; the text says which."""

    def __str__(self) -> str:
        return self.strerror


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    """A function of the C library; its failure is an exception."""
    # Whole registers: a variadic function reads all of them.
    wide = [ctypes.c_long(value) if type(value) is int else value for value in arguments]
    result = getattr(_libc(), name)(*wide)
    if result < 0:
        number = ctypes.get_errno()
        raise Refused(number, f"{name}: {os.strerror(number)}")
    return result


def _syscall(name: str, *arguments: object) -> int:
    if platform.machine() not in ("x86_64", "aarch64"):
        raise Refused(0, f"{name}: the number of this call is unknown on {platform.machine()}")
    return _call("syscall", _number(name), *arguments)


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [text.encode() if text is not None else None for text in (source, target, kind)]
    _call("mount", *encoded, flags, data.encode() if data else None)


def die_with_parent() -> None:
    """Let the kernel kill this process when the one that started it ends."""
    if sys.platform == "linux":
        _call("prctl", _PDEATHSIG, 9, 0, 0, 0)


# --- in the warm parent ---------------------------------------------------------------------


def enclose(view: View) -> Enclosure:
    """Put this process into namespaces of its own, with `view` as its file system.

    It must have one thread only. On success the caller goes on as the first process of a new
    process namespace; the one that called stays behind and waits for it.
    """
    enclosure = Enclosure(view=view)
    if sys.platform != "linux":
        return enclosure
    with contextlib.suppress(OSError):
        enclosure.size = os.open("/proc/self/statm", os.O_RDONLY)
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWNS | _NEWPID | _NEWNET | _NEWIPC
    try:
        # Root needs no user namespace here: each candidate gives up root for good.
        _call("unshare", flags if uid == 0 else flags | _NEWUSER)
        if uid != 0:
            _map_user(uid, gid)
        _be_first_process()
        if enclosure.size is not None:
            os.close(enclosure.size)
            enclosure.size = os.open("/proc/self/statm", os.O_RDONLY)
        enclosure.own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
        enclosure.layers |= {"network", "ipc"}
        _call("unshare", _NEWPID)  # may be refused where the first one was not
        _call("setns", enclosure.own_pids, _NEWPID)
        enclosure.layers.add("processes")
        _build_view(view)
        enclosure.layers |= {"files", "scratch"}
    except OSError as error:
        enclosure.refused = str(error)
    return enclosure


def _map_user(uid: int, gid: int) -> None:
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _be_first_process() -> None:
    """Go on in a child, which is the first process of the new process namespace."""
    child = os.fork()
    if child:
        os.closerange(3, 1024)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    die_with_parent()


def _build_view(view: View) -> None:
    """Make a root that holds what is readable and nothing else, and move into it."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    stage = next(
        folder
        for folder in ("/mnt", "/media", "/srv", "/opt", "/sys")
        if os.path.isdir(folder) and not any(_within(path, folder) for path in view.readable)
    )
    _mount("tmpfs", stage, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=16m,mode=755")
    # Parents come before what lies within them.
    for path in sorted({*view.readable, *view.masked}):
        if path in view.masked:
            _mask(path, stage)
        elif os.path.lexists(path):
            _show(path, stage)
    for name in (SCRATCH, "/proc/self", "/dev", "/etc"):
        os.makedirs(stage + name, exist_ok=True)
    # All of /proc that a candidate gets: TensorFlow aborts where it cannot learn its program.
    os.symlink(os.path.realpath(sys.executable), f"{stage}/proc/self/exe")
    with open(f"{stage}/proc/self/cmdline", "w") as file:
        file.write("python\0")
    # threadpoolctl, which scikit-learn asks, lists the loaded libraries from here: it finds none.
    open(f"{stage}/proc/self/maps", "w").close()
    if not os.path.exists(f"{stage}/tmp"):  # something readable may lie there
        os.symlink(SCRATCH, f"{stage}/tmp")
    for name in ("null", "zero", "full", "random", "urandom"):
        _show(f"/dev/{name}", stage, device=True)
    for name, user in (
        ("passwd", "nobody:x:65534:65534::/scratch:"),
        ("group", "nogroup:x:65534:"),
    ):
        with open(f"{stage}/etc/{name}", "w") as file:
            file.write(user + "\n")
    for path in view.masked:
        _only_read(stage + path, recursive=False)
    os.chdir(stage)
    _syscall("pivot_root", b".", b".")
    _call("umount2", b".", 2)  # the old root, with all that lies in it
    os.chdir("/")
    _mount("tmpfs", SCRATCH, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=64m,mode=1777")
    _only_read("/", recursive=False)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _show(path: str, stage: str, *, device: bool = False) -> None:
    target = stage + path
    if os.path.islink(path):
        if not os.path.lexists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(path, target, None, _MS_BIND | _MS_REC)
    if not device:
        _only_read(target)


def _mask(path: str, stage: str) -> None:
    os.makedirs(stage + path, exist_ok=True)
    _mount("tmpfs", stage + path, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")


def _only_read(path: str, *, recursive: bool = True) -> None:
    read_only = struct.pack("QQQQ", 1 | 2 | 4, 0, 0, 0)  # rdonly, nosuid, nodev
    try:
        at_recursive = 0x8000 if recursive else 0
        _syscall("mount_setattr", -100, path.encode(), at_recursive, read_only, len(read_only))
    except Refused:  # before Linux 5.12; what is mounted within stays as it was
        kept = os.statvfs(path).f_flag & ~_MS_RDONLY
        flags = _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV
        _mount("none", path, None, flags | kept)


def before_fork(enclosure: Enclosure) -> None:
    """Let the next child be the first process of a process namespace of its own."""
    if "processes" in enclosure.layers:
        _call("unshare", _NEWPID)


def after_fork(enclosure: Enclosure) -> None:
    """In the parent, after the child was made: take that back."""
    if "processes" in enclosure.layers:
        _call("setns", enclosure.own_pids, _NEWPID)


# --- in each candidate ----------------------------------------------------------------------


@dataclass(frozen=True)
class Bounds:
    """Resource limits of one candidate."""

    cpu_seconds: int
    memory_bytes: int  # beyond what the warm parent had mapped
    file_bytes: int
    scratch_bytes: int
    threads: int


def confine(enclosure: Enclosure, bounds: Bounds, scratch: str) -> list[str]:
    """Give up all that a submission does not need; the layers that hold now.

    Parameters
    ----------
    enclosure : Enclosure
        What `enclose` returned.
    bounds : Bounds
    scratch : str
        The folder to write in where the file system is no view of its own.
    """
    held = set(enclosure.layers)
    root = os.getuid() == 0
    if "files" in held:
        _call("unshare", _NEWNS | _NEWNET | _NEWIPC)
        size = f"size={bounds.scratch_bytes},nr_inodes=10000,mode=1777"
        _mount("tmpfs", SCRATCH, "tmpfs", _MS_NOSUID | _MS_NODEV, size)
    folder = SCRATCH if "files" in held else scratch
    os.chdir(folder)
    if root:
        # Without a process namespace, a user for each: the same one could signal its like.
        user = _NOBODY if "processes" in held else 1_900_000_000 + os.getpid()
        try:
            if "files" not in held:
                os.chown(folder, user, user)
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            held.add("user")
        except OSError:
            root = False  # of a container of an ordinary user, with no other user in it
    if root:
        try:
            os.listdir(os.path.dirname(os.__file__))
        except PermissionError as error:
            raise Refused(
                error.errno,
                f"submissions give up root, and without it cannot read {error.filename}; install "
                "Python where every user can read it, or grade as an ordinary user",
            ) from None
    alone = root
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            # Nobody's namespace: no user is mapped in it, and its threads are counted apart.
            _call("unshare", _NEWUSER)
            alone = True
            held.add("user")
        _drop_capabilities()
    held.update(limit(bounds, enclosure.size, alone=alone))
    if sys.platform == "linux":
        die_with_parent()  # the change of user has undone that
        with contextlib.suppress(OSError):
            _call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)
            with contextlib.suppress(OSError):
                _landlock(enclosure.view.readable, folder)
                held.add("landlock")
            _filter_calls()
            held.add("seccomp")
    return sorted(held)


def limit(bounds: Bounds, size: int | None = None, *, alone: bool = False) -> list[str]:
    """Set resource limits; the layers that hold with them.

    Parameters
    ----------
    bounds : Bounds
    size : int, optional
        Descriptor that tells the memory which the warm parent has mapped.
    alone : bool
        Whether no other process counts as this one's user.
    """
    wanted = {
        "RLIMIT_CPU": bounds.cpu_seconds,
        "RLIMIT_FSIZE": bounds.file_bytes,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_DATA": bounds.memory_bytes,
    }
    if size is not None:
        # All that is mapped counts, shared memory too.
        pages = int(os.pread(size, 100, 0).split()[0])
        wanted["RLIMIT_AS"] = pages * resource.getpagesize() + bounds.memory_bytes
        del wanted["RLIMIT_DATA"]
    if alone:  # otherwise the threads of all that this user runs would count
        wanted["RLIMIT_NPROC"] = bounds.threads
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))
    return ["limits"]


def _drop_capabilities() -> None:
    for capability in range(64):
        with contextlib.suppress(OSError):
            _call("prctl", _CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("Ii", 0x20080522, 0)  # version 3, this process
    with contextlib.suppress(OSError):
        _call("capset", header, struct.pack("6I", 0, 0, 0, 0, 0, 0))


# --- Landlock -------------------------------------------------------------------------------


def _landlock(readable: Iterable[str], scratch: str) -> None:
    """Let this process read what is readable and write in its scratch folder, no more."""
    version = _syscall("landlock_create_ruleset", None, 0, 1)
    files = (1 << 13) - 1  # the rights of version 1: execute, write, read, …, make symlinks
    files |= 1 << 13 if version >= 2 else 0  # link between folders
    files |= 1 << 14 if version >= 3 else 0  # truncate
    network = 0b11 if version >= 4 else 0  # bind and connect TCP
    scoped = 0b11 if version >= 6 else 0  # abstract sockets and signals
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = struct.pack("QQQ", files, network, scoped)[:size]
    ruleset = _syscall("landlock_create_ruleset", rules, len(rules), 0)
    try:
        devices = [f"/dev/{name}" for name in ("null", "zero", "random", "urandom")]
        about = ["/proc/self/cmdline", "/proc/self/maps", "/etc/passwd", "/etc/group"]
        for path in [*readable, *devices, *about]:
            _landlock_allow(ruleset, path, 1 | 4 | 8 if os.path.isdir(path) else 1 | 4)
        _landlock_allow(ruleset, "/dev/null", 2 | 4)
        _landlock_allow(ruleset, scratch, files)
        _syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _landlock_allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        _syscall("landlock_add_rule", ruleset, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


# --- seccomp --------------------------------------------------------------------------------

# Numbers of system calls: x86_64 and aarch64; None where an architecture lacks one.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "pivot_root": (155, 41), "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    # other programs and processes
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "clone": (56, 220), "clone3": (435, 435), "ptrace": (101, 117), "kcmp": (312, 272),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kill": (62, 129),
    "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    # network and shared memory
    "socket": (41, 198), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "shmget": (29, 194), "shmat": (30, 196),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # namespaces, mounts and the kernel itself
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "fanotify_init": (300, 262),
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "syslog": (103, 116), "personality": (135, 92), "setpriority": (141, 140),
    "sched_setaffinity": (203, 122), "prctl": (157, 167),
}  # fmt: skip

_BESIDES = {"pivot_root", "mount_setattr", "prctl", "clone", "clone3", "kill", "tgkill"} | {
    name for name in _NUMBERS if name.startswith("landlock")
}
_DENIED = [name for name in _NUMBERS if name not in _BESIDES] + ["pivot_root", "mount_setattr"]


def _number(name: str) -> int | None:
    return _NUMBERS[name][0 if platform.machine() == "x86_64" else 1]


def _filter_calls() -> None:
    """Refuse the system calls that a notebook on arrays does not need."""
    architecture = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}.get(platform.machine())
    if architecture is None:
        raise Refused(0, f"no filter of system calls for {platform.machine()}")
    load, equal, at_least, bits, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, kill, refuse = 0x7FFF0000, 0x80000000, 0x00050000
    denied, unknown = refuse | 1, refuse | 38  # EPERM, ENOSYS
    nr, arch, first = 0, 4, 16  # offsets in struct seccomp_data; `first`: low half of argument 1

    def step(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, k)

    program = [
        step(load, arch), step(equal, architecture, 1, 0), step(answer, kill),
        # 32-bit calls on x86_64 bear other numbers.
        step(load, nr), step(at_least, 0x40000000, 0, 1), step(answer, kill),
    ]  # fmt: skip
    for name in _DENIED:
        if _number(name) is not None:
            program += [step(equal, _number(name), 0, 1), step(answer, denied)]
    # The C library makes threads with clone where clone3 is unknown, and that can be looked at.
    program += [step(equal, _number("clone3"), 0, 1), step(answer, unknown)]
    program += [
        step(equal, _number("clone"), 0, 4), step(load, first),
        step(bits, 0x10000, 0, 1),  # CLONE_THREAD
        step(answer, allow), step(answer, denied),
    ]  # fmt: skip
    own = os.getpid()
    for name in ("kill", "tgkill"):  # itself, and none else
        program += [
            step(equal, _number(name), 0, 4), step(load, first),
            step(equal, own, 0, 1), step(answer, allow), step(answer, denied),
        ]  # fmt: skip
    # Nothing may be given back: neither dying with the parent nor being traced by others.
    program += [
        step(equal, _number("prctl"), 0, 4), step(load, first),
        step(equal, _PDEATHSIG, 0, 1), step(answer, denied), step(answer, allow),
        step(answer, allow),
    ]  # fmt: skip
    code = ctypes.create_string_buffer(b"".join(program))
    fprog = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    _call("prctl", _SECCOMP, 2, fprog, 0, 0)
