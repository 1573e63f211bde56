"""One benchmark in a process and a database of its own; its rows go out as lines of JSON."""

import json
import sys
from dataclasses import asdict
from importlib import import_module

from benchmarks import apart, sizes


def main(group: str, size: str) -> None:
    apart.begin()
    for row in import_module(f"benchmarks.{group}").rows(getattr(sizes, size)):
        print(json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
