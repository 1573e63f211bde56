"""``python -m benchmarks``: everything on both databases, one table, nothing left behind."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from benchmarks.table import Row, head, line
from tests import postgres

#: Each benchmark, and the databases it says something about.
GROUPS = {
    "saves": ("postgresql", "sqlite"),
    "audited_saves": ("postgresql", "sqlite"),
    "drift": ("postgresql", "sqlite"),
    "first_save": ("postgresql", "sqlite"),
    "idle_sweep": ("postgresql", "sqlite"),
    "due_sweep": ("postgresql", "sqlite"),
    "unused_files": ("postgresql", "sqlite"),
    "gallery_form": ("postgresql", "sqlite"),
    "history_page": ("postgresql", "sqlite"),
    "upload": ("sqlite",),
    "uploads_at_once": ("sqlite",),
    "ladder": ("sqlite",),
    "bundle_sizes": ("sqlite",),
    "widget_time": ("sqlite",),
}
#: What is installed for a benchmark beside what all have.
APPS = {
    "drift": "audit",
    "widget_time": "django.contrib.staticfiles",
    "history_page": "django.contrib.admin django.contrib.messages django.contrib.sessions "
    "django.contrib.staticfiles",
}
#: Unlike the tests' server, this one must survive a power cut, as one in use does.
DURABLE = "-c listen_addresses='' -c fsync=on -c shared_buffers=512MB -c max_wal_size=4GB"


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(*head(), sep="\n", flush=True)
    for group in options.names or GROUPS:
        for database in GROUPS[group]:
            if options.database in (None, database):
                _run(group, database, quick=options.quick)
    print("ratio: to the first of its kind, in the same run; kept: whether the aim was reached")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run at all?")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), help="both if left out")
    options = parser.parse_args()
    if unknown := set(options.names) - set(GROUPS):
        parser.error(f"no benchmark is called {', '.join(unknown)}: {', '.join(GROUPS)}")
    return options


def _run(group: str, database: str, *, quick: bool) -> None:
    """Measure in a folder, on a server and in a process of its own; print the rows as they come."""
    before = os.getloadavg()[0]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="gallery-benchmark-"))
        environment = {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "BENCHMARKS_DATABASE": database,
            "BENCHMARKS_FOLDER": folder,
            "BENCHMARKS_APPS": APPS.get(group, ""),
        }
        if database == "postgresql":
            try:
                environment["BENCHMARKS_HOST"] = stack.enter_context(durable_server())
            except postgres.NoPostgres as error:
                print(f"{group} is not measured on PostgreSQL: {error}")
                return
        child = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.child", group, "QUICK" if quick else "FULL"],
                env=os.environ | environment,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        stack.callback(child.kill)  # nobody waits for a benchmark that was interrupted
        for row in child.stdout:
            print(line(Row(**json.loads(row)).cells(database)), flush=True)
        failed = child.wait()
    if failed:
        sys.exit(f"The benchmark {group} failed on {database}.")
    print(f"(load {before:.1f} before {group}, {os.getloadavg()[0]:.1f} after)", flush=True)


@contextmanager
def durable_server() -> Iterator[str]:
    with patch.object(postgres, "OPTIONS", DURABLE), postgres.server() as host:
        yield host


if __name__ == "__main__":
    main()
