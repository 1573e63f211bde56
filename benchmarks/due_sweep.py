"""A sweep with much to do: how many images a second, and how long SQLite's writers wait."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from statistics import median

from django.conf import settings

from benchmarks import filling, measure
from benchmarks.filling import DAY, NOW
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows import sweep
from gallery_events.models import Image

RATE = 10_000 if measure.POSTGRESQL else 5_000
LONGEST = 0.075
ROUNDS = 3
FAR = 10_000_000  #: keys above all others


def rows(sizes: Sizes) -> Iterator[Row]:
    filling.project(sizes.beside)
    times: dict[str, list[float]] = {}
    locks: dict[str, measure.Locks] = {}
    with measure.memory() as grown:
        for turn in range(ROUNDS):
            steps = _steps(sizes.due, after=FAR + turn * sizes.due, files=not turn)
            for step, now, counted in steps:
                filling.settle()
                with locks.setdefault(step, measure.Locks()).watched():
                    times.setdefault(step, []).append(
                        measure.seconds(lambda: _swept(now, counted, sizes.due))  # noqa: B023
                    )
        growth = grown()
    for step, each in times.items():
        rate = sizes.due / median(each)
        measured = f"{rate:,.0f} a second"
        if not measure.POSTGRESQL:
            measured += f", locked p99 {locks[step].p99() * 1000:.0f} ms"
        row = Row(f"sweep, {sizes.due:,} due, {step}", measured)
        yield row if "files" in step else row.aiming(f">= {RATE:,} a second", rate >= RATE)
    if not measure.POSTGRESQL:
        worst = max(each.p99() for each in locks.values())
        longest = max(max(each.held) for each in locks.values())
        yield Row(
            "sweep, longest write transaction: p99 of the worst step",
            f"{worst * 1000:.1f} ms, longest {longest * 1000:.0f} ms",
        ).aiming(f"<= {LONGEST * 1000:.0f} ms", worst <= LONGEST)
    yield Row(f"sweep, {sizes.due:,} due, memory", f"{growth:.1f} MB more")


def _steps(due: int, *, after: int, files: bool) -> Iterator[tuple[str, datetime, str]]:
    """Prepare each step in turn, and give the moment to sweep at and what it will count."""
    Image._base_manager.filter(pk__lte=due).update(review_after=NOW - DAY)
    yield "cleared: a gallery names them", NOW, "cleared"
    filling.images(due, after=after)
    filling.references(
        due, after=after, album="1", image="i", until_version=2, until=NOW - 60 * DAY
    )
    yield "references expired, then trashed", NOW, "trashed"
    yield "purged: rows", NOW + 8 * DAY, "purged"
    if files:
        write_files(range(after + 1, after + due + 1))
        yield "purged: files, one each", NOW + 10 * DAY, "files_removed"


def _swept(now: datetime, counted: str, due: int) -> None:
    report = sweep.sweep(now=now)
    if getattr(report, counted) != due:
        message = f"Expected {due} {counted}: {report}"
        raise RuntimeError(message)


def write_files(numbers: Iterable[int]) -> None:
    for number in numbers:
        folder = settings.MEDIA_ROOT / "images" / str(number)
        folder.mkdir(parents=True)
        (folder / "original.jpg").write_bytes(b"picture")
