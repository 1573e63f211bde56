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
    #: What came of opening an image: the error, or None.
    opened: dict[Any, Exception | None] = field(default_factory=dict)
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
        _open_all(proof, f"'{album}' as it is now", [list(album.photos)])
        recent = list(recent_snapshots(album, since=since))
        label = f"'{album}' in {len(recent)} versions"
        _open_all(proof, label, [each.lists["photos"] for each in recent])
    for exhibition in Exhibition.objects.all():
        _open_all(proof, f"poster of '{exhibition}'", [[exhibition.poster_id]])
    stage.table(["gallery", " images", " opened"], proof.rows)
    stage.gap()
    for failure in proof.failures:
        stage.say(f"BROKEN: {failure}")
    stage.say(
        f"{len(proof.opened)} pictures opened, in {sum(row[2] for row in proof.rows)} places: "
        f"{proof.files} files with their thumbnails, {size(proof.bytes)} of originals; "
        f"{len(proof.failures)} broken."
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


def _open_all(proof: Proof, label: str, lists: list[list[Any]]) -> None:
    keys = [key for each in lists for key in each]
    images = Image.objects.in_bulk(keys)
    for key in dict.fromkeys(keys):
        # A picture of many galleries and versions is opened for the first of them.
        if key not in proof.opened:
            proof.opened[key] = _error_of(proof, images.get(key))
        if error := proof.opened[key]:
            proof.failures.append(f"image {key} of {label}: {error!r}")
    opened = sum(proof.opened[key] is None for key in keys)
    proof.rows.append([label, len(keys), opened])


def _error_of(proof: Proof, image: Image | None) -> Exception | None:
    if image is None:
        return LookupError("it has no row")
    try:
        _open(proof, image)
    except Exception as error:  # noqa: BLE001 - whatever it is, the picture is broken
        return error
    return None


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
