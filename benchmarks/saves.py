"""What a save costs, in time, statements and bytes, beside a plain save and simple-history."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps

from benchmarks import filling, measure
from benchmarks.models import Album, LinkedAlbum, Picture, PlainAlbum, RecordedAlbum
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.models import Reference

TIMES, STATEMENTS, BYTES = 2.5, 6, 6_500


class Listed:
    """An album whose photos are a list on its row."""

    def __init__(
        self, model: Any, ids: list[int], number: int, *, kept: Iterable[Any] = ()
    ) -> None:
        self.tables = [each._meta.db_table for each in kept]
        self.photos, self.spare = ids[:number], deque(ids[number:])
        self.album = model(title="Summer", photos=list(self.photos))
        self.album.save()

    def change(self) -> Callable[[], None]:
        """Replace one image, which is not timed, and return the save, which is."""
        at = random.randrange(len(self.photos))
        self.spare.append(self.photos[at])
        self.photos[at] = self.spare.popleft()
        self.put(at)
        return measure.in_transaction(self.save)

    def put(self, at: int) -> None:
        self.album.photos[at] = self.photos[at]

    def save(self) -> None:
        self.album.save()


class Linked(Listed):
    """An album with a many-to-many relation, written as the admin does: the row, then the links."""

    def __init__(self, ids: list[int], number: int) -> None:
        links = apps.get_model("benchmarks", "HistoricalLinkedAlbum_photos")
        self.tables = [each._meta.db_table for each in (LinkedAlbum.history.model, links)]
        self.photos, self.spare = ids[:number], deque(ids[number:])
        self.album = LinkedAlbum.objects.create(title="Summer")
        self.album.photos.set(self.photos)

    def put(self, at: int) -> None:
        pass

    def save(self) -> None:
        self.album.save()
        self.album.photos.set(self.photos)


def rows(sizes: Sizes) -> Iterator[Row]:
    filling.project(sizes.beside)
    keys = filling.pool(sizes.pool)
    filling.fill(Picture, sizes.pool, after=keys[0] - 1, title="IMG")
    filling.settle()
    for number in sizes.galleries:
        yield from _of_size(number, keys, rounds=sizes.rounds)


def _of_size(number: int, keys: list[int], *, rounds: int) -> Iterator[Row]:
    def chosen() -> tuple[list[int], int]:
        return random.sample(keys, len(keys)), number

    sides = {
        "plain, no history": Listed(PlainAlbum, *chosen()),
        "simple-history on JSON": Listed(
            RecordedAlbum, *chosen(), kept=[RecordedAlbum.history.model]
        ),
        "simple-history m2m_fields": Linked(*chosen()),
        "ours": Listed(Album, *chosen(), kept=[Album.history.model, Reference]),
    }
    filling.settle()
    asked = {name: measure.statements(side.change()) for name, side in sides.items()}
    before = {name: _bytes(side) for name, side in sides.items()}
    took = measure.interleaved(rounds, {name: side.change for name, side in sides.items()})
    for name, side in sides.items():
        ratio = took[name] / took["plain, no history"]
        kept = (_bytes(side) - before[name]) / (rounds + measure.WARM_UP)
        measured = f"{took[name] * 1000:.2f} ms, {asked[name]} statements"
        if measure.POSTGRESQL:
            measured += f", {kept:,.0f} bytes kept"
        row = Row(f"save, {number:,} images, one replaced: {name}", measured, ratio)
        if name == "ours" and number == 1_000 and measure.POSTGRESQL:
            fine = ratio <= TIMES and asked[name] <= STATEMENTS and kept <= BYTES
            row = row.aiming(f"<= {TIMES}x, {STATEMENTS} statements, {BYTES:,} bytes", fine)
        yield row


def _bytes(side: Listed) -> int:
    return measure.table_bytes(*side.tables) if measure.POSTGRESQL and side.tables else 0
