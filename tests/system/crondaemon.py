"""The real crontab of this user, put back whatever happens, and a cron daemon that reads it."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

#: cron looks each minute; a machine under load takes its time.
PATIENCE = 100


class NoCron(RuntimeError):
    """No job can be started by a cron daemon here, and why."""


@contextmanager
def crontab_of_this_user():
    """Yield a function that reads the crontab; afterwards it is what it was before."""
    if shutil.which("crontab") is None:
        raise NoCron("crontab is not installed (on Debian: apt install cron)")
    # Two runs of the tests on one machine share one crontab: one after the other.
    with Path(tempfile.gettempdir(), f"gallery-crontab-{os.getuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = read()
        try:
            yield read
        finally:
            write(before)
            assert read() == before


def read():
    """Return the crontab; None when there is none."""
    done = subprocess.run(["crontab", "-l"], check=False, capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout
    if "no crontab for" not in done.stderr:
        raise NoCron(f"crontab -l: {done.stderr.strip()}")
    return None


def write(text):
    """Replace the crontab; None removes it."""
    if text is None:
        subprocess.run(["crontab", "-r"], check=False, capture_output=True)
    else:
        subprocess.run(["crontab", "-"], check=True, input=text, text=True)


@contextmanager
def daemon():
    """Make sure that a cron daemon runs; one that was started for this is stopped again."""
    if _is_running():
        yield
        return
    binary = next((found for name in ("cron", "crond") if (found := _sbin(name))), None)
    if binary is None:
        raise NoCron("no cron daemon is installed (on Debian: apt install cron)")
    if os.getuid() != 0:
        raise NoCron("no cron daemon runs, and only root may start one")
    # -f: stay in the foreground, a child of this process; both Debian's and cronie's know it.
    with subprocess.Popen([binary, "-f"], stderr=subprocess.PIPE, text=True) as started:
        try:
            time.sleep(0.5)
            if started.poll() is not None:
                raise NoCron(f"{binary} does not start: {started.stderr.read().strip()}")
            yield
        finally:
            started.terminate()


def eventually(condition, *, seconds=PATIENCE):
    """Wait until something holds, and tell whether it does."""
    deadline = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return bool(found)


def _is_running():
    names = (path.read_text().strip() for path in _readable("/proc", "[0-9]*/comm"))
    return any(name in {"cron", "crond"} for name in names)


def _readable(folder, pattern):
    for path in Path(folder).glob(pattern):
        try:
            path.read_text()
        except OSError:
            continue
        yield path


def _sbin(name):
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
