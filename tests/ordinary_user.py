"""Run a command as it would run elsewhere: as an ordinary user, in a container that refuses
namespaces, or on a small disk.

`elsewhere` makes the command line that does so. The script imports nothing heavy: only a process
of one thread may enter a user namespace.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

USER = 54321  # nobody's number
# What the default filter of a container refuses to processes without CAP_SYS_ADMIN.
NAMESPACES = ("unshare", "setns", "mount", "umount2", "pivot_root", "mount_setattr")
LANDLOCK = ("landlock_create_ruleset", "landlock_restrict_self")
EVERYTHING = (*NAMESPACES, *LANDLOCK, "seccomp", "prctl(PR_SET_SECCOMP)")

_NUMBERS = {  # on x86_64 and aarch64
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "mount_setattr": (442, 442), "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446), "seccomp": (317, 277), "prctl": (157, 167),
}  # fmt: skip
_NEWNS, _NEWUSER = 0x20000, 0x10000000
_BIND, _REC, _PRIVATE = 4096, 16384, 1 << 18


def elsewhere(
    command: Sequence[str],
    *,
    user: bool = False,
    own_root: bool = False,
    give: Iterable[Path] = (),
    refuse: Iterable[str] = (),
    disk: tuple[Path, int] | None = None,
) -> list[str]:
    """The command line that runs `command` as on another machine.

    Parameters
    ----------
    command : sequence of str
    user : bool
        As a user who is not root; nothing to do for one who is not.
    own_root : bool
        As root of a container that an ordinary user has made, with no other user in it.
    give : iterable of Path
        Folders that everybody can reach from now on, as well as Python and this repository; they
        belong to the user.
    refuse : iterable of str
        System calls that are refused, as in a container.
    disk : (Path, int), optional
        An empty disk of so many bytes in the place of this folder. It lasts as long as the command.
    """
    options = {
        "user": user and os.getuid() == 0,
        "own_root": own_root,
        "give": [str(path) for path in give],
        "refuse": list(refuse),
        "disk": [str(disk[0]), disk[1]] if disk else None,
    }
    return [sys.executable, os.path.abspath(__file__), json.dumps(options), *map(str, command)]


# --- in the script ---------------------------------------------------------------------------


def _call(name: str, *arguments: object) -> None:
    wide = [ctypes.c_long(value) if type(value) is int else value for value in arguments]
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*wide) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    _call(
        "mount", source.encode(), target.encode(), kind.encode() if kind else None, flags,
        data.encode() or None,
    )  # fmt: skip


def _own_users(also: int, uid: int, gid: int) -> None:
    """Enter a user namespace as this user of it."""
    outside = os.getuid(), os.getgid()
    _call("unshare", _NEWUSER | also)
    for name, text in (
        ("setgroups", "deny"), ("uid_map", f"{uid} {outside[0]} 1"),
        ("gid_map", f"{gid} {outside[1]} 1"),
    ):  # fmt: skip
        Path("/proc/self", name).write_text(text)


def _own_mounts() -> None:
    """Mounts from here on are seen by this process and its children alone."""
    if os.getuid() == 0:
        _call("unshare", _NEWNS)
    else:
        _own_users(_NEWNS, os.getuid(), os.getgid())
    _mount("none", "/", None, _REC | _PRIVATE)


def _make_reachable(paths: Iterable[Path]) -> None:
    """Show these paths to everybody, and nothing else, where a folder above them is closed."""
    hidden = []
    for path in paths:
        closed = [above for above in reversed(path.parents) if not above.stat().st_mode & 1]
        if closed:
            # A path through a descriptor leads under what is mounted over it.
            hidden.append((path, os.open(path, os.O_PATH), closed[0]))
    for closed in {closed for *_, closed in hidden}:
        _mount("tmpfs", str(closed), "tmpfs", 0, "mode=755")
    for path, kept, _ in hidden:
        path.mkdir(parents=True)
        _mount(f"/proc/self/fd/{kept}", str(path), None, _BIND | _REC)


def _show(give: Iterable[str]) -> None:
    """Make Python, the repository and these folders reachable for everybody."""
    needed = {
        Path(sys.base_prefix).resolve(),
        Path(sys.prefix).resolve(),
        Path(sys.executable).resolve().parent.parent,
        Path(__file__).resolve().parents[1],
        *map(Path, give),
    }
    _own_mounts()
    # Of two folders one within the other, the outer one shows both.
    _make_reachable(
        sorted(path for path in needed if not any(other in path.parents for other in needed))
    )


def _become_user(give: Iterable[str]) -> None:
    for folder in give:
        for where, folders, files in os.walk(folder):
            for name in (".", *folders, *files):
                os.lchown(os.path.join(where, name), USER, USER)
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    os.environ["HOME"] = next(iter(give), "/")
    _call("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: /proc/self is this user's again


def _refuse(calls: Iterable[str]) -> None:
    """Let these system calls fail with EPERM from here on, in children too."""
    column = 0 if platform.machine() == "x86_64" else 1
    load, equal, answer = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    program = [struct.pack("HBBI", load, 0, 0, 0)]
    for call in calls:
        name, _, argument = call.partition("(")
        program.append(struct.pack("HBBI", equal, 0, 3 if argument else 1, _NUMBERS[name][column]))
        if argument:  # of prctl, only this use: PR_SET_SECCOMP is 22
            program.append(struct.pack("HBBI", load, 0, 0, 16))
            program.append(struct.pack("HBBI", equal, 0, 1, 22))
        program.append(struct.pack("HBBI", answer, 0, 0, refuse))
        program.append(struct.pack("HBBI", load, 0, 0, 0))
    program.append(struct.pack("HBBI", answer, 0, 0, allow))
    code = ctypes.create_string_buffer(b"".join(program))
    _call("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    _call("prctl", 22, 2, struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)), 0, 0)


def main() -> None:
    options, command = json.loads(sys.argv[1]), sys.argv[2:]
    if options["disk"]:
        folder, size = options["disk"]
        _own_mounts()
        _mount("tmpfs", folder, "tmpfs", 0, f"size={size},mode=755")
    if options["give"] and os.getuid() == 0:
        _show(options["give"])
    if options["user"]:
        _become_user(options["give"])
    if options["own_root"]:
        _own_users(0, 0, 0)
    if options["refuse"]:
        _refuse(options["refuse"])
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
