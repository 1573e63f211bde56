"""The nights: what nobody needs goes, what anybody needs stays."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from demo.club import DAYS, Club
from demo.scenes.editing import BEST
from demo.stage import size
from gallery_events import galleries
from gallery_events.domain.report import SweepReport
from gallery_events.flows import sweep
from gallery_events.models import Image

STRAY = "Clock in motion"
#: The nights that other scenes tell of.
TOLD = 22


def sweep_what_nobody_used(club: Club) -> None:
    club.stage.scene(
        "The upload grace ends: first a dry run, then the sweep",
        club.night(15),
        why="The sweep runs every night. A dry run makes the same decisions and writes nothing, "
        "so that an operator can look before trusting it.",
    )
    club.sleep_until(14)
    club.stage.code("sweep.sweep(now=..., dry_run=True)")
    club.stage.quote(sweep.sweep(now=club.night(15), dry_run=True))
    club.stage.code("sweep.sweep(now=...)")
    club.sleep_until(15)
    club.stage.quote(club.nights[-1])
    trashed = _keys(club.nights[-1], "trash")
    club.stage.say(
        f"In the trash, where they stay for 7 days: {club.names(trashed)}. The poster stays: any "
        "foreign key to an image counts, also that of a model that knows nothing of galleries."
    )


def survive_raw_sql(club: Club) -> None:
    stage = club.stage
    stage.scene(
        "Somebody writes SQL behind the package's back",
        f"{club.at(18):%d %b} to {club.at(22):%d %b}",
        why="No hook sees raw SQL. So before anything is purged, every gallery row is compared "
        "with its last snapshot; what only the row names is kept, and reported as drift.",
    )
    club.sleep_until(18)
    table, key = "demo_album", club.key(STRAY)
    statement = f"UPDATE {table} SET photos = json_insert(photos, '$[#]', %s) WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, club.albums[BEST]])
    stage.say(f"An import script puts '{STRAY}', which waits in the trash, into an album:")
    stage.code(statement % (key, club.albums[BEST]))
    stage.say(f"On {club.night(22):%d %b} its 7 days in the trash are over, and the sweep comes:")
    club.sleep_until(22)
    report = club.nights[-1]
    stage.quote(report)
    stage.say(
        f"Exit code {report.exit_code}: done, but something was found. Purged, each with a "
        f"tombstone: {club.names(_keys(report, 'purge'))}."
    )
    album = club.album(BEST)
    club.save(album, by="Anna", day=22)
    snapshot = galleries.snapshot(album, album.gallery_version)
    stage.say(
        f"Anna saves the album on the same day, which records it: version {snapshot.version}, {snapshot.event}, "
        f"+ {club.names(pk for _, pk in snapshot.delta['photos'].added)}."
    )


def let_the_nights_pass(club: Club) -> None:
    first = TOLD
    club.stage.scene(
        "The nights pass, and the sweep runs in each of them",
        f"{club.night(first + 1):%d %b} to today",
        why="30 days after its last place in a gallery an image goes into the trash, 7 days later "
        "its row goes, 24 hours after that its files. Nights without work are left out.",
    )
    club.sleep_until(60)
    club.upload("Second print of the dahlia", club.photographs["Dahlia"], by="Ben", day=60)
    club.sleep_until(DAYS)
    rows = [
        [f"{report.now:%a %d %b}", what, images]
        for report in club.nights[first:]
        for what, images in _deeds(club, report)
    ]
    club.stage.table(["night of", "what the sweep did", "images"], rows)
    quiet = DAYS - first - len({row[0] for row in rows})
    club.stage.gap()
    club.stage.say(f"In {quiet} of {DAYS - first} nights there was nothing to do.")
    club.stage.say(
        f"On {club.at(60):%d %b} Ben uploaded the dahlia once more, and forgot it: it waits."
    )


def _deeds(club: Club, report: SweepReport) -> Iterator[tuple[str, str]]:
    for step, what in (("trash", "put into the trash"), ("purge", "purged, tombstone written")):
        if keys := _keys(report, step):
            yield what, club.names(keys)
    if report.files_removed:
        yield "removed from disk", f"{report.files_removed} files, {size(report.bytes_removed)}"


def _keys(report: SweepReport, step: str) -> list[Any]:
    return [each.key for each in report.outcomes if each.step == step]


def in_the_trash() -> list[Image]:
    """Return what waits in the trash now."""
    return list(Image.objects.filter(trashed_at__isnull=False).order_by("pk"))
