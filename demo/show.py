"""The demo from its beginning to its end."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from django.conf import settings

from demo.club import Club
from demo.data import start_afresh
from demo.photographs import PhotographsMissing, photographs
from demo.proof import prove
from demo.season import furnish
from demo.serve import PortTaken, Site
from demo.stage import Stage
from demo.story import tell


def show(arguments: argparse.Namespace) -> int:
    """Make the data, tell the story, prove its end, and serve it; return the exit code."""
    stage = Stage()
    if arguments.proof:
        return 0 if prove(stage, now=datetime.now(UTC)) else 1
    try:
        # Taken first: a demo that is served already must not lose its data to this one.
        site = None if arguments.no_serve else Site(arguments.port)
        pictures = dict(photographs(arguments.photographs))
    except (PortTaken, PhotographsMissing) as error:
        print(error, file=sys.stderr)
        return 1
    proven = _tell(stage, pictures)
    if site is not None:
        site.serve(stage)
    return 0 if proven else 1


def _tell(stage: Stage, pictures: dict[str, Path]) -> bool:
    started = monotonic()
    stage.note("Making a fresh database, and the club's people")
    people = start_afresh()
    stage.note(f"Telling the story of ten weeks (set up in {monotonic() - started:.1f} s)")
    started = monotonic()
    club = Club(stage=stage, photographs=pictures, today=datetime.now(UTC), people=people)
    tell(club)
    furnish(club)
    proven = prove(stage, now=datetime.now(UTC))
    stage.gap()
    data = settings.DATA
    if data.is_relative_to(Path.cwd()):
        data = data.relative_to(Path.cwd())
    stage.note(f"Told in {monotonic() - started:.1f} s. The data lies in {data}.")
    return proven
