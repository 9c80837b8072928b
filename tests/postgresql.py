"""A throw-away PostgreSQL server for one run of the tests: made in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

#: Set where a run without PostgreSQL is not a run.
NEEDED = "GUICHET_TESTS_NEED_POSTGRESQL"


class NoPostgreSQL(Exception):
    """No server can be made here; the message says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. It takes no password, and listens on a Unix socket in its own folder only."""

    folder: Path
    programs: Path
    port: int
    durable: bool

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def new_database(self, name: str) -> str:
        """Make a database, or empty the one of that name, and return its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not known:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self.url(name)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses= -c max_connections=60"
        if not self.durable:
            options += " -c fsync=off"
        self._control("-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str) -> None:
        _run([str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), *arguments])


@contextmanager
def running_server(*, durable: bool = True) -> Iterator[Server]:
    """Make a server and stop it at the end. Raise NoPostgreSQL where that is not possible.

    One that is not `durable` survives kills as well, and only power cuts not: tests that cut no power run faster.
    """
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="guichet-pg-"))
    try:
        if (owner := _server_user()) is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = ["-D", str(folder / "data")]
        _run([str(programs / "initdb"), *data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
        server = Server(folder, programs, _free_port(), durable)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs() -> Path:
    candidates = [Path(found).parent for found in [shutil.which("initdb")] if found]
    if config := shutil.which("pg_config"):
        candidates.append(Path(subprocess.check_output([config, "--bindir"], text=True).strip()))
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    for folder in [*candidates, *versions]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgreSQL("PostgreSQL's initdb is not on this machine (Debian: apt-get install postgresql)")


def _server_user() -> pwd.struct_passwd | None:
    """Return whom the server runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise NoPostgreSQL("run as root, and there is no user `postgres` to run the server as") from None


def _run(command: list[str]) -> None:
    owner = _server_user()
    done = subprocess.run(
        command,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        # Not pipes: the server inherits them and would keep them open.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise NoPostgreSQL(f"{Path(command[0]).name} failed with {done.returncode}")


def _free_port() -> int:
    """Return a number for the socket's name; nothing listens on it over the network."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
