"""
The bond between this database and its storages, so that no copy of either is swept.

Both hold one half: a StorageClaim here, a marker there. The marker is one of
two small files, written in turn, so that one of them is always whole.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import connections, transaction

from gallery_events import conf, sql
from gallery_events.domain.bond import Bond, Half, digest, judge
from gallery_events.flows.steps.run import alias
from gallery_events.models import StorageClaim, Tombstone

#: Where a storage keeps its half; nobody's images are ever put there.
MARKERS = ("gallery-events/bond-0.json", "gallery-events/bond-1.json")

Place = tuple[str, str, str]
#: A storage, what it and this database make together, the database's half and the storage's.
Seen = tuple[str, Bond, Half | None, Half | None]


def here() -> Place:
    """Return what tells this database from others: vendor, host with port, and name."""
    connection = connections[alias(StorageClaim)]
    given = connection.settings_dict
    name = str(given.get("NAME", ""))
    if connection.vendor == "sqlite":
        return "sqlite", "", name if ":memory:" in name else str(Path(name).resolve())
    host = f"{given.get('HOST') or 'localhost'}:{given.get('PORT') or ''}"
    return connection.vendor, host.rstrip(":"), name


def storages_in_use() -> list[str]:
    """Return the aliases of storages that hold images, or files still to remove."""
    return _in_use(_claims().values_list("storage", flat=True))


def look() -> Iterator[Seen]:
    """Yield each storage with what it and this database make together, and both halves."""
    claims = {each.storage: each for each in _claims()}
    ours = {each.identity: each for each in claims.values()}
    for name in _in_use(claims):
        marker = read(storages[name])
        # The same place under another alias: one identity stands for the whole database.
        claim = claims.get(name) or (ours.get(marker.identity) if marker else None)
        row = _half(claim) if claim is not None else None
        known = row or marker
        mine = digest(known.identity, *here()) if known is not None else ""
        yield name, judge(row, marker, here=mine), row, marker


def read(storage: Storage) -> Half | None:
    """Return the storage's half, the later one of its two files; None when it has none."""
    found = [half for name in MARKERS if (half := _read_marker(storage, name)) is not None]
    return max(found, key=lambda half: half.epoch, default=None)


def make(identity: str, *, epoch: int, now: datetime, names: list[str]) -> None:
    """Write both halves of the bond with these storages; what stood there before is forgotten."""
    vendor, host, name = here()
    half = Half(identity, digest(identity, vendor, host, name), epoch)
    with transaction.atomic(using=alias(StorageClaim)):
        for each in names:
            _claims().update_or_create(
                storage=each,
                defaults={
                    "identity": identity,
                    "fingerprint": {"vendor": vendor, "host": host, "name": name},
                    "epoch": epoch,
                    "claimed_at": now,
                },
            )
    for each in names:
        write(storages[each], half, alone=True)


def make_where_new(seen: Iterable[Seen], now: datetime) -> None:
    """
    Bond with storages that nobody has claimed yet, and with those that remember this database.

    Not within a transaction, as of a test case: a storage does not roll back.
    """
    if connections[alias(StorageClaim)].in_atomic_block:
        return
    for name, bond, row, marker in seen:
        if bond is Bond.NEW or (bond is Bond.FORGOTTEN and marker is not None):
            known = marker or row or _claims().order_by("pk").values("identity", "epoch").first()
            match known:
                case Half():
                    identity, epoch = known.identity, known.epoch
                case {"identity": str() as identity, "epoch": int() as epoch}:
                    pass
                case _:
                    identity, epoch = secrets.token_hex(16), 0
            make(identity, epoch=epoch, now=now, names=[name])
        elif bond is Bond.WHOLE and row is not None and row.storage != name:
            make(row.identity, epoch=row.epoch, now=now, names=[name])


def advance() -> None:
    """
    Count this run in both halves before it removes files; raise what the storage raises.

    The database counts first. Where it is ahead already, a run has died
    between the two, or is between them now: its number is used again.
    """
    using = alias(StorageClaim)
    if connections[using].in_atomic_block:
        return
    halves = [(name, row, marker) for name, _, row, marker in look() if row and marker]
    if not halves:
        return
    with transaction.atomic(using=using):
        sql.begin_writing(StorageClaim, using)
        claims = {each.pk: each for each in _claims().select_for_update().order_by("pk")}
        epoch = max(each.epoch for each in claims.values())
        if all(marker.epoch >= epoch for _, _, marker in halves):
            epoch += 1
        _claims().update(epoch=epoch)
    for name, row, _ in halves:
        write(storages[name], Half(row.identity, digest(row.identity, *here()), epoch))


def write(storage: Storage, half: Half, *, alone: bool = False) -> None:
    """Write the storage's half into the older of its two files; *alone* removes the other."""
    target = MARKERS[half.epoch % 2]
    content = {
        "of": "django-gallery-events; see the command gallery_doctor",
        "identity": half.identity,
        "database": half.place,
        "epoch": half.epoch,
    }
    storage.delete(target)
    written = storage.save(target, ContentFile(json.dumps(content).encode()))
    if written != target:
        # Somebody wrote the same at the same moment.
        storage.delete(written)
    if alone:
        storage.delete(MARKERS[1 - half.epoch % 2])


def _in_use(claimed: Iterable[str]) -> list[str]:
    waiting = Tombstone.objects.using(alias(Tombstone)).filter(done_at__isnull=True).order_by()
    found = set(waiting.values_list("storage", flat=True).distinct())
    return sorted({conf.current().STORAGE, *claimed, *found} & django_settings.STORAGES.keys())


def _read_marker(storage: Storage, name: str) -> Half | None:
    if not storage.exists(name):
        return None
    with storage.open(name) as file:
        text = file.read()
    try:
        content: Any = json.loads(text)
        return Half(str(content["identity"]), str(content["database"]), int(content["epoch"]))
    except (ValueError, KeyError, TypeError):
        return None


def _half(claim: StorageClaim) -> Half:
    place = [str(claim.fingerprint.get(key, "")) for key in ("vendor", "host", "name")]
    return Half(claim.identity, digest(claim.identity, *place), claim.epoch, claim.storage)


def _claims() -> Any:
    return StorageClaim.objects.using(alias(StorageClaim))
