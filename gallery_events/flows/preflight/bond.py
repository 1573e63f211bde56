"""
The bond between this database and its storages, so that no copy of either is swept.

Both hold one half: a StorageClaim here, a marker there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.core.files.storage import Storage, storages
from django.db import connections
from django.db.models import F

from gallery_events import conf
from gallery_events.domain.bond import Bond, Half, digest, judge
from gallery_events.flows.preflight import database, markers
from gallery_events.flows.save import writing
from gallery_events.flows.steps.run import alias
from gallery_events.models import StorageClaim, Tombstone

#: What a fingerprint is made of.
PLACE = ("vendor", "host", "name", "cluster")
#: The number before any run has removed files; the other file has the one before it.
FIRST = 1
#: So often may a row change while a storage is brought in line with it.
MOST_CHANGES = 5

Place = tuple[str, str, str, str]
#: A storage, what it and this database make together, the database's half and the storage's.
Seen = tuple[str, Bond, Half | None, Half | None]


def here() -> Place:
    """
    Return what tells this database from others: vendor, host with port, name, and cluster.

    As the connection itself has it: settings may leave host and name to the
    environment, or to a service file.
    """
    connection: Any = connections[alias(StorageClaim)]
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict.get("NAME", ""))
        return "sqlite", "", name if ":memory:" in name else str(Path(name).resolve()), ""
    connection.ensure_connection()
    found = connection.connection.info
    # With several hosts to choose from, which one answers says nothing.
    host = connection.get_connection_params().get("host") or found.host
    return (
        connection.vendor,
        f"{host}:{found.port}",
        found.dbname,
        database.cluster(connection.alias),
    )


def storages_in_use() -> list[str]:
    """Return the aliases of storages that hold images, or files still to remove."""
    return _in_use(_claims().values_list("storage", flat=True))


def look(*, tolerant: bool = False) -> Iterator[Seen]:
    """
    Yield each storage with what it and this database make together, and both halves.

    Raises what a storage raises, unless *tolerant*: then it has no half.
    """
    claims = {each.storage: each for each in _claims()}
    ours = {each.identity: each for each in claims.values()}
    place = here()
    for name in _in_use(claims):
        marker = marker_of(storages[name], tolerant=tolerant)
        # The same place under another alias: one identity stands for the whole database.
        claim = claims.get(name) or (ours.get(marker.identity) if marker else None)
        row = _half(claim) if claim is not None else None
        known = row or marker
        mine = digest(known.identity, *place) if known is not None else ""
        yield name, judge(row, marker, here=mine), row, marker


def make(identity: str, *, epoch: int, now: datetime, names: Iterable[str]) -> None:
    """
    Write both halves of the bond with these storages; what stood there before is forgotten.

    The storage's half comes first: a row without it would say that the
    storage was emptied. Raises what a storage raises.
    """
    place = here()
    for each in names:
        half = Half(identity, digest(identity, *place), epoch)
        # Both files, so that a storage which tells "missing" from "forbidden" for nobody has both.
        markers.write(storages[each], replace(half, epoch=epoch - 1))
        markers.write(storages[each], half)
        with writing(StorageClaim, alias(StorageClaim)):
            _claims().update_or_create(
                storage=each,
                defaults={
                    "identity": identity,
                    "fingerprint": dict(zip(PLACE, place, strict=True)),
                    "epoch": epoch,
                    "claimed_at": now,
                },
            )
        _follow_row(each)


def make_where_new(seen: Iterable[Seen], now: datetime) -> None:
    """
    Bond with storages that nobody has claimed yet, and with those that remember this database.

    Not within a transaction, as of a test case: a storage does not roll back.
    """
    if connections[alias(StorageClaim)].in_atomic_block:
        return
    for name, bond, row, marker in seen:
        if bond not in (Bond.NEW, Bond.FORGOTTEN) and not (row and row.storage != name):
            continue
        first = _claims().order_by("pk").first()
        known = marker or row or (_half(first) if first is not None else None)
        if known is None:
            known = Half(secrets.token_hex(16), "", FIRST)
        # Another run may have written only the first of the two files yet.
        make(known.identity, epoch=max(FIRST, known.epoch), now=now, names=[name])


def advance() -> None:
    """
    Count this run in both halves before it removes files; raise what the storage raises.

    The database counts first. Where it is ahead already, a run has died
    between the two, or is between them now: the storage follows before
    anything is counted again, so that no number is ever used by two runs.
    """
    using = alias(StorageClaim)
    if connections[using].in_atomic_block:
        return
    names = [name for name, _, row, marker in look() if row and marker]
    for name in names:
        _follow_row(name)
    if names:
        with writing(StorageClaim, using):
            _claims().update(epoch=F("epoch") + 1)
    for name in names:
        _follow_row(name)


def _follow_row(name: str) -> None:
    """Let a storage's half say what the database's says, also if that changes meanwhile."""
    storage = storages[name]
    for _ in range(MOST_CHANGES):
        claim = _claims().filter(storage=name).first()
        if claim is None:
            return
        half = _half(claim)
        marker = markers.read(storage)
        if marker is not None and marker.identity == half.identity and marker.epoch >= half.epoch:
            return
        markers.write(storage, half)


def _in_use(claimed: Iterable[str]) -> list[str]:
    waiting = Tombstone.objects.using(alias(Tombstone)).filter(done_at__isnull=True).order_by()
    found = set(waiting.values_list("storage", flat=True).distinct())
    return sorted({conf.current().STORAGE, *claimed, *found} & django_settings.STORAGES.keys())


def marker_of(storage: Storage, *, tolerant: bool = False) -> Half | None:
    """Return a storage's half; *tolerant* takes one that cannot be read for none."""
    try:
        return markers.read(storage)
    except Exception:
        if tolerant:
            return None
        raise


def _half(claim: StorageClaim) -> Half:
    place = [str(claim.fingerprint.get(key, "")) for key in PLACE]
    return Half(claim.identity, digest(claim.identity, *place), claim.epoch, claim.storage)


def _claims() -> Any:
    return StorageClaim.objects.using(alias(StorageClaim))
