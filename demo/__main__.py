"""
Set the demo up, tell its story, and serve its site.

    .venv/bin/python -m demo [PORT] [--no-serve] [--proof] [--photographs FOLDER]
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import django


def main() -> int:
    arguments = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    django.setup()

    from django.conf import settings

    from demo.club import Club
    from demo.data import start_afresh
    from demo.photographs import PhotographsMissing, photographs
    from demo.proof import prove
    from demo.serve import PortTaken, Site
    from demo.stage import Stage
    from demo.story import tell

    stage, now = Stage(), datetime.now(UTC)
    if arguments.proof:
        return 0 if prove(stage, now=now) else 1
    try:
        # Taken first: a demo that is served already must not lose its data to this one.
        site = None if arguments.no_serve else Site(arguments.port)
        pictures = dict(photographs(arguments.photographs))
    except (PortTaken, PhotographsMissing) as error:
        print(error, file=sys.stderr)
        return 1

    started = monotonic()
    stage.note("Making a fresh database, and the club's people")
    people = start_afresh()
    stage.note(f"Telling the story of ten weeks (set up in {monotonic() - started:.1f} s)")
    started = monotonic()
    tell(Club(stage=stage, photographs=pictures, today=now, people=people))
    proven = prove(stage, now=datetime.now(UTC))
    stage.gap()
    stage.note(f"Told in {monotonic() - started:.1f} s. The data lies in {_short(settings.DATA)}.")
    if site is not None:
        site.serve(stage)
    return 0 if proven else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Tell the story, serve it.")
    parser.add_argument("port", nargs="?", type=int, default=8000)
    parser.add_argument("--no-serve", action="store_true", help="only set up and tell the story")
    parser.add_argument("--proof", action="store_true", help="only open every picture again")
    parser.add_argument(
        "--photographs", type=Path, metavar="FOLDER", help="pictures to tell it with, 22 or more"
    )
    return parser.parse_args()


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    sys.exit(main())
