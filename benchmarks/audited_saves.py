"""A save with and without the trail, beside django-auditlog and django-pghistory on a JSON list."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from benchmarks import apart, filling, measure
from benchmarks.saves import Listed
from benchmarks.sizes import Sizes
from benchmarks.table import Row

MORE_STATEMENTS, MORE_BYTES = 2, 400
#: Saves of one side in a row: the first wakes its process up, and is not counted.
TURN = 5
#: Saves of each album.
SAVES = 10


@dataclass(frozen=True, slots=True)
class Side:
    """What is saved in a request, with which apps installed, and which tables grow by it."""

    model: str = "benchmarks.PlainAlbum"
    apps: tuple[str, ...] = ()
    middleware: str = ""
    kept: tuple[str, ...] = ()
    databases: tuple[str, ...] = ("postgresql", "sqlite")


OURS = Side(
    "benchmarks.Album",
    middleware="simple_history.middleware.HistoryRequestMiddleware",
    kept=("benchmarks.HistoricalAlbum", "gallery_events.Reference"),
)
PLAIN, UNAUDITED, AUDITED = "plain, no history", "ours, without audit", "ours, with audit"
SIDES = {
    PLAIN: Side(),
    UNAUDITED: OURS,
    AUDITED: Side(OURS.model, ("audit",), OURS.middleware, (*OURS.kept, "gallery_audit.Entry")),
    "django-auditlog on JSON": Side(
        apps=("auditlog",),
        middleware="auditlog.middleware.AuditlogMiddleware",
        kept=("auditlog.LogEntry",),
    ),
    "django-pghistory on JSON": Side(
        "tracked.TrackedAlbum",
        ("pgtrigger", "pghistory", "benchmarks.tracked"),
        "pghistory.middleware.HistoryMiddleware",
        ("tracked.TrackedAlbumEvent", "pghistory.Context"),
        ("postgresql",),
    ),
}


class Site:
    """One side at work in its own process: an editor saves albums, each in a request."""

    def __init__(self, side: Side, number: int, keys: list[int], *, albums: int) -> None:
        model = apps.get_model(side.model)
        if "auditlog" in side.apps:
            import_string("auditlog.registry.auditlog").register(model)
        if "pgtrigger" in side.apps:
            # Its triggers come with migrations, which the benchmarks' tables have none of.
            import_string("pgtrigger.install")()
        self.tables = [apps.get_model(each)._meta.db_table for each in side.kept]
        self.middleware = import_string(side.middleware) if side.middleware else None
        self.user = get_user_model().objects.get_or_create(username="editor")[0]
        self.albums = [
            Listed(model, random.sample(keys, 2 * number), number) for _ in range(albums)
        ]

    def change(self) -> Callable[[], object]:
        """Replace an image of an album, and return the request that saves it."""
        self.albums.append(self.albums.pop(0))
        save = self.albums[-1].change()
        if self.middleware is None:
            return save
        request = RequestFactory().post("/albums/")
        request.user = self.user
        answer = self.middleware(lambda _: save() or HttpResponse())
        return lambda: answer(request)


#: The site of this process.
sites: list[Site] = []


def begin(name: str, number: int, keys: list[int], albums: int) -> int:
    """Make the albums; return how many statements a save takes."""
    sites[:] = [Site(SIDES[name], number, keys, albums=albums)]
    return measure.statements(sites[0].change())


def turn() -> list[float]:
    return [measure.seconds(sites[0].change()) for _ in range(TURN)][1:]


def keep(saves: int) -> list[float]:
    """Return the bytes that a save leaves in each of the side's tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # how long it takes matters no more
    tables = sites[0].tables
    before = [measure.table_bytes(each) for each in tables]
    for _ in range(saves):
        sites[0].change()()
    connection.close()
    return [
        (measure.table_bytes(each) - of) / saves for each, of in zip(tables, before, strict=True)
    ]


def rows(sizes: Sizes) -> Iterator[Row]:
    filling.project(sizes.beside)
    keys = filling.pool(sizes.pool)
    with ExitStack() as stack:
        asks = {}
        for name, side in SIDES.items():
            if missing := [each for each in side.apps if not find_spec(each)]:
                yield Row(f"save: {name}", "", aim=f"({missing[-1]} is not installed)")
            elif connection.vendor in side.databases:
                asks[name] = stack.enter_context(apart.process(*side.apps))
        for number in sizes.galleries:
            yield from _of_size(number, keys, asks=asks, sizes=sizes)


def _of_size(
    number: int, keys: list[int], *, asks: dict[str, apart.Ask], sizes: Sizes
) -> Iterator[Row]:
    albums = sizes.kept // SAVES
    asked = {name: ask(begin, name, number, keys, albums) for name, ask in asks.items()}
    filling.settle()
    took = _times(asks, turns=sizes.rounds // (TURN - 1) + 1)
    filling.settle()
    kept = {name: ask(keep, sizes.kept) for name, ask in asks.items()} if measure.POSTGRESQL else {}
    what = f"save, {number:,} images, one replaced"
    for name in asks:
        measured = f"{took[name] * 1000:.2f} ms, {asked[name]} statements"
        if kept:
            measured += f", {sum(kept[name]):,.0f} bytes kept"
        yield Row(f"{what}: {name}", measured, took[name] / took[PLAIN])
    more = asked[AUDITED] - asked[UNAUDITED]
    added = f"{(took[AUDITED] - took[UNAUDITED]) * 1000:.2f} ms, {more} statements"
    fine = more <= MORE_STATEMENTS
    if kept:
        entry = kept[AUDITED][-1]
        added += f", {entry:,.0f} bytes"
        fine = fine and entry <= MORE_BYTES
    yield Row(f"{what}: what audit adds to ours", added, took[AUDITED] / took[UNAUDITED]).aiming(
        f"<= {MORE_STATEMENTS} statements, {MORE_BYTES} bytes", fine
    )


def _times(asks: dict[str, apart.Ask], *, turns: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(turns):
        for name in random.sample(list(asks), len(asks)):
            times[name] += asks[name](turn)
    return {name: median(each) for name, each in times.items()}
