"""Drift: how fast every gallery is compared with its history, beside ``gallery_rebuild --check``."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from audit import drift
from audit.drift.findings import of_rows
from audit.models import Entry
from benchmarks import filling, measure
from benchmarks.models import Album
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows.rebuild import rebuild

#: Ten thousand galleries, whatever is compared.
AIM, GALLERIES = 0.2, 10_000
ROUNDS = 9


def rows(sizes: Sizes) -> Iterator[Row]:
    number, size = sizes.drift
    filling.images(sizes.pool)
    filling.galleries(number, size=size, replaced=filling.SAVES - 1, among=sizes.pool)
    for version in range(1, filling.SAVES + 1):
        filling.fill(
            Entry,
            number,
            after=(version - 1) * number,
            sql={"owner_key": f"CAST(i - {(version - 1) * number} AS varchar(64))"},
            kind="snapshot_recorded",
            at=filling.NOW,
            owner_model=Album._meta.label,
            version=version,
            event="images_changed",
        )
    filling.settle()
    rows_alone = _measured(ROUNDS, lambda: _agreed(*of_rows(Album, "default")))
    full = _measured(1, lambda: drift.verify(full=True, tell=_agreed))
    _save_some(sizes)
    incremental = _measured(ROUNDS, lambda: _agreed(*drift.find()))
    check = _measured(1, _check)
    what = f"drift, {number:,} galleries of {size}"
    yield _row(f"{what}: gallery_rebuild --check", check, beside=check)
    aim = AIM * max(1, number / GALLERIES)
    for part, measured in (
        ("full, with references and trail", full),
        (f"incremental, {sizes.rounds} saves later", incremental),
        ("rows beside snapshots alone", rows_alone),
    ):
        yield _row(f"{what}: {part}", measured, beside=check).aiming(
            f"<= {aim * 1000:.0f} ms", measured[0] <= aim
        )


def _measured(rounds: int, run: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds, and the MB that the process grew by."""
    with measure.memory() as grown:
        return median(measure.seconds(run) for _ in range(rounds)), grown()


def _row(what: str, measured: tuple[float, float], *, beside: tuple[float, float]) -> Row:
    took, growth = measured
    return Row(what, f"{took * 1000:,.1f} ms, {growth:.1f} MB more", took / beside[0])


def _save_some(sizes: Sizes) -> None:
    for album in Album.objects.order_by("?")[: sizes.rounds]:
        album.photos.append(album.photos.pop(0))
        album.save()


def _check() -> None:
    report = rebuild(now=filling.NOW, check=True)
    _agreed(*([] if report.is_clean else [report]))


def _agreed(*found: Any) -> None:
    """Raise for whatever is found: these galleries have not drifted."""
    if found:
        message = f"Nothing should differ: {found}"
        raise RuntimeError(message)
