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
from time import sleep
from typing import Any

from django.conf import settings as django_settings
from django.core.files.storage import Storage, storages
from django.db import connections
from django.db.models import F

from gallery_events import conf
from gallery_events.domain.bond import UNFINISHED, Bond, Half, digest, judge
from gallery_events.flows.preflight import database, markers
from gallery_events.flows.save import writing
from gallery_events.flows.steps.run import alias
from gallery_events.models import StorageClaim, Tombstone

#: What a fingerprint is made of.
PLACE = ("vendor", "host", "name", "cluster")
#: The number before any run has acted; the other file has the one before it.
FIRST = 1
#: So many looks in a row, with such pauses in seconds, must agree on what is not whole.
LOOKS, PAUSE = 10, 0.05
#: So often may a row change while a storage is brought in line with it.
MOST_CHANGES = 1000

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

    Raises what a storage raises, unless *tolerant*: then it has no half. What
    is not whole is only believed once it has stood still for some looks: other
    runs may be between the two halves.
    """
    place = here()
    for name in storages_in_use():
        seen, same = _seen(name, place, tolerant=tolerant), 1
        while seen[1] not in (Bond.WHOLE, Bond.NEW) and same < LOOKS:
            sleep(PAUSE)
            before, seen = seen, _seen(name, place, tolerant=tolerant)
            same = same + 1 if seen == before else 1
        yield seen


def _seen(name: str, place: Place, *, tolerant: bool) -> Seen:
    # The storage first: the database counts before it does, and is never behind it.
    marker = marker_of(storages[name], tolerant=tolerant)
    claims = {each.storage: each for each in _claims()}
    ours = {each.identity: each for each in claims.values()}
    # The same place under another alias: one identity stands for the whole database.
    claim = claims.get(name) or (ours.get(marker.identity) if marker else None)
    row = _half(claim) if claim is not None else None
    known = row or marker
    mine = digest(known.identity, *place) if known is not None else ""
    return name, judge(row, marker, here=mine), row, marker


def make(identity: str, *, epoch: int, now: datetime, names: Iterable[str]) -> None:
    """
    Write both halves of the bond with these storages; what stood there before is forgotten.

    The storage's half comes first: a row without it would say that the
    storage was emptied. Raises what a storage raises.
    """
    half = Half(identity, digest(identity, *here()), epoch)
    for each in names:
        # Both files, so that a storage which tells "missing" from "forbidden" for nobody has both.
        markers.write(storages[each], replace(half, epoch=epoch - 1))
        markers.write(storages[each], half)
        with writing(StorageClaim, alias(StorageClaim)):
            _claims().update_or_create(storage=each, defaults=_columns(half, now))
        _follow_row(each)


def make_where_new(seen: Iterable[Seen], now: datetime) -> None:
    """
    Bond with storages that nobody has claimed yet, and with those that remember this database.

    Not within a transaction, as of a test case: a storage does not roll back.
    """
    if connections[alias(StorageClaim)].in_atomic_block:
        return
    for name, bond, row, marker in seen:
        if bond is Bond.NEW:
            _begin(name, now)
        elif bond is Bond.FORGOTTEN or (row is not None and row.storage != name):
            known = marker or row
            _claim(name, known, now) if known is not None else None
            _follow_row(name)


def _begin(name: str, now: datetime) -> None:
    """Make a bond in which the database comes first: who begins at the same moment makes the same."""
    first = _claims().order_by("pk").first()
    identity = first.identity if first is not None else secrets.token_hex(16)
    claim = _claim(name, Half(identity, "", UNFINISHED), now)
    half = _half(claim)
    for epoch in (UNFINISHED, FIRST):
        # Both files: many a storage tells "missing" from "forbidden" for nobody.
        markers.write(storages[name], replace(half, epoch=epoch))
    _claims().filter(storage=name, epoch=UNFINISHED).update(epoch=FIRST)


def _claim(name: str, half: Half, now: datetime) -> StorageClaim:
    """Return the database's half, written if there is none."""
    with writing(StorageClaim, alias(StorageClaim)):
        claim, _ = _claims().get_or_create(storage=name, defaults=_columns(half, now))
    return claim  # type: ignore[no-any-return]


def _columns(half: Half, now: datetime) -> dict[str, Any]:
    """Return what the database's half is made of, as this database writes it."""
    return {
        "identity": half.identity,
        "fingerprint": dict(zip(PLACE, here(), strict=True)),
        "epoch": half.epoch,
        "claimed_at": now,
    }


def advance() -> None:
    """
    Count this run in both halves before it deletes anything; raise what the storage raises.

    The database counts first, and only where the storages have followed: so it
    is never ahead by more than one, and no number is used by two runs.
    """
    using = alias(StorageClaim)
    if connections[using].in_atomic_block:
        return
    names = [name for name, _, row, marker in look() if row and marker]
    counted = not names
    while not counted:
        epochs = [_follow_row(name) for name in names]
        with writing(StorageClaim, using):
            # Nothing when another run has counted since: then the storages follow it first.
            counted = _claims().filter(epoch__in=epochs).update(epoch=F("epoch") + 1) > 0
    for name in names:
        _follow_row(name)


def _follow_row(name: str) -> int:
    """Let a storage's half say what the database's says, also if that changes; return its number."""
    storage, epoch = storages[name], 0
    for _ in range(MOST_CHANGES):
        claim = _claims().filter(storage=name).first()
        if claim is None:
            break
        half = _half(claim)
        epoch, marker = half.epoch, markers.read(storage)
        if marker is not None and marker.identity == half.identity and marker.epoch >= half.epoch:
            break
        markers.write(storage, half)
    return epoch


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
