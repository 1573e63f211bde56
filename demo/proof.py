"""The proof: every picture that any gallery needs is opened, from its file, by Pillow."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from PIL import Image as Picture

from demo.models import Album, Exhibition
from demo.stage import Stage, size
from gallery_events import galleries
from gallery_events.domain.snapshots import Snapshot
from gallery_events.models import Image


@dataclass
class Proof:
    rows: list[list[Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0


def prove(stage: Stage, *, now: datetime) -> bool:
    """Open every picture of every album and of every recent snapshot; tell whether all open."""
    days = settings.GALLERY_EVENTS["RETENTION_DAYS"]
    stage.scene(
        "The proof: every picture opens",
        "today",
        why="It asks the files, not the rows. Each is read through the storage, its hash compared, "
        f"and decoded by Pillow: those of all albums, and of every snapshot of {days} days.",
    )
    proof, since = Proof(), now - timedelta(days=days)
    for album in Album.objects.order_by("pk"):
        _open_all(proof, f"'{album}' as it is now", list(album.photos))
        recent = list(recent_snapshots(album, since=since))
        for snapshot in recent:
            label = f"'{album}' version {snapshot.version}"
            _open_all(proof, label, snapshot.lists["photos"])
    for exhibition in Exhibition.objects.all():
        _open_all(proof, f"poster of '{exhibition}'", [exhibition.poster_id])
    stage.table(["gallery", " images", " opened"], proof.rows)
    stage.gap()
    for failure in proof.failures:
        stage.say(f"BROKEN: {failure}")
    stage.say(
        f"{sum(row[2] for row in proof.rows)} pictures opened, {proof.files} files with their "
        f"thumbnails, {size(proof.bytes)} of originals; {len(proof.failures)} broken."
    )
    return not proof.failures


def recent_snapshots(album: Album, *, since: datetime) -> Iterator[Snapshot]:
    """Yield the snapshots that were in effect at some time since then, newest first."""
    ended: datetime | None = None
    for snapshot in galleries.timeline(album):
        # A deletion remembers a list, but from its moment on the album showed nothing.
        until = snapshot.at if snapshot.event == "deleted" else ended
        if until is None or until > since:
            yield snapshot
        ended = snapshot.at


def _open_all(proof: Proof, label: str, keys: list[Any]) -> None:
    images = Image.objects.in_bulk(keys)
    opened = 0
    for key in keys:
        try:
            _open(proof, images[key])
            opened += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the picture is broken
            proof.failures.append(f"image {key} of {label}: {error!r}")
    proof.rows.append([label, len(keys), opened])


def _open(proof: Proof, image: Image) -> None:
    with image.file.open() as file:
        content = file.read()
        file.seek(0)
        with Picture.open(file) as picture:
            picture.load()
    if hashlib.sha256(content).hexdigest() != image.sha256:
        raise ValueError("the file is another one than was uploaded")
    storage = image.file.storage
    for rendition in image.renditions.values():
        with storage.open(rendition["name"]) as file, Picture.open(file) as picture:
            picture.load()
    proof.files += 1 + len(image.renditions)
    proof.bytes += len(content)
