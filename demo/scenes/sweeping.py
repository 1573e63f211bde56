"""The nights: what nobody needs goes, what anybody needs stays."""

from collections.abc import Iterator
from typing import Any

from demo.club import DAYS, Club
from demo.stage import size
from gallery_events.domain.report import SweepReport
from gallery_events.exceptions import GalleryError
from gallery_events.flows import sweep
from gallery_events.models import Image, SweepRun

#: The nights that other scenes tell of.
TOLD = 23


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


def stop_at_too_many(club: Club) -> None:
    stage = club.stage
    stage.scene(
        "A run that would purge unusually much purges nothing",
        f"{club.night(22):%d %b} to {club.night(23):%d %b}",
        why="What goes wrong at scale looks like a lot of work. The breaker counts first, stops the "
        "run and all after it, and opens only to who names the run and the exact number. The "
        "club's limit is two images a run; yours is 1,000, and a share of all.",
    )
    club.sleep_until(22)
    report = club.nights[-1]
    stage.quote(report)
    stage.quote(f"exit code {report.exit_code}")
    stage.say("Carla looks at the three: nobody has used them. First she mistypes the number.")
    run = SweepRun.objects.latest("pk")
    for count in (2, 3):
        stage.code(f"sweep.acknowledge({run.pk}, {count}, now=...)")
        try:
            sweep.acknowledge(run.pk, count, now=club.at(22))
        except GalleryError as error:
            stage.quote(f"{type(error).__name__}: {error}")
    club.sleep_until(23)
    stage.say(
        f"The next night purges them, each with a tombstone: "
        f"{club.names(_keys(club.nights[-1], 'purge'))}."
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
