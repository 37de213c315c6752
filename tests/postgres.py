"""A PostgreSQL server of the tests' own: a private one, in a temporary folder, for one session."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

REQUIRED = "COURSEKIT_REQUIRE_POSTGRES"
DEBIAN = "/usr/lib/postgresql/*/bin"


def programs() -> Path | None:
    """The folder of the server's programs, or None where none is installed."""
    # Debian keeps them off the PATH, in a folder for each version.
    for folder in (*os.environ["PATH"].split(os.pathsep), *sorted(glob.glob(DEBIAN), reverse=True)):
        if (Path(folder) / "initdb").is_file() and (Path(folder) / "postgres").is_file():
            return Path(folder)
    return None


class Server:
    """A running server; only this machine can reach it, by a socket in its folder."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        # It refuses to run as root.
        who = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("nobody")
            who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._folder, data = folder, folder / "data"
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(folder)}
        common = {"cwd": folder, "env": environment, **who}
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "coursekit", "-A", "trust", "-E", "UTF8", "-N"],
            check=True,
            capture_output=True,
            **common,
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "off",
            "max_connections": 20,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            stdout=self._log,
            stderr=self._log,
            **common,
        )
        self._wait()

    def _wait(self) -> None:
        import psycopg

        for _ in range(600):
            try:
                self._run("SELECT 1")
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def _run(self, statement: str) -> None:
        import psycopg

        where = f"host={self._folder} user=coursekit dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)

    def url(self, name: str) -> str:
        return f"postgresql://coursekit@/{name}?host={self._folder}"

    def create(self, name: str, template: str | None = None) -> str:
        """Make an empty database, or a copy of another one; its URL."""
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.url(name)

    def drop_connections(self, name: str) -> None:
        """Cut off whoever is connected to a database."""
        self._run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)  # at once: nobody needs the data
        self._process.wait(60)
        self._log.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server; skips where none is installed, unless COURSEKIT_REQUIRE_POSTGRES=1."""
    binaries = programs()
    if binaries is None:
        sentence = "no PostgreSQL server is installed (Debian's package: postgresql)"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    # Not pytest's folder: others may not enter that, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="coursekit-pg-", dir="/tmp"))
    try:
        server = Server(binaries, folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
