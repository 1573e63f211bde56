"""
Takes files in as an upload does, and opens them again as a worker does, each in a process of its own.

Run as ``python -m tests.imaging.bounded FILE ...``: writes a line of JSON for
each file, with what became of it, seconds of processor and megabytes at the peak.
"""

import json
import os
import resource
import sys
from importlib import import_module
from pathlib import Path

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import taken
from gallery_events.imaging.formats import KNOWN
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.probe import Limits, probe
from gallery_events.imaging.reading import reopened

LIMITS = Limits(50_000_000, 1000, tuple(set(KNOWN) - {"SVG"}))
MAX_BYTES = 25 * 1024 * 1024
#: What a process may never take, so that a failing test fails soon.
HARD_SECONDS, HARD_BYTES = 20, 4 * 1024**3


def outcome(path):
    try:
        with path.open("rb") as file, taken(file, max_bytes=MAX_BYTES) as content:
            found = probe(content, limits=LIMITS)
            ingest(content, found=found, thumbnail_size=400)
        with path.open("rb") as file, reopened(file, limits=LIMITS) as (image, found):
            image.load()
    except UploadRefused as error:
        return error.code
    return found.format.name


def bounded(path):
    resource.setrlimit(resource.RLIMIT_CPU, (HARD_SECONDS, HARD_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (HARD_BYTES, HARD_BYTES))
    became = outcome(path)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    tell(path, became, usage.ru_utime + usage.ru_stime, peak / 1024)


def tell(path, became, seconds=0.0, peak=0.0):
    sys.stdout.write(json.dumps([path.name, became, seconds, peak]) + "\n")
    sys.stdout.flush()


def main(paths):
    # Loaded before the processes part, as in a worker.
    import_module("pillow_heif.as_plugin")
    for path in map(Path, paths):
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            if status:
                tell(path, f"died of {status}")
        else:
            try:
                bounded(path)
            except BaseException as error:  # noqa: BLE001 - told, not raised: the next file comes
                tell(path, repr(error)[:300])
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
