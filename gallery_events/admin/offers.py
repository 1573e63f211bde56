"""What bringing a snapshot back would do, as a page shows it before anybody decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gallery_events import timelines
from gallery_events.fields import gallery_fields
from gallery_events.flows import restore
from gallery_events.timelines.wording import WOULD_BE, more_words

#: So many thumbnails of each kind are shown.
MOST = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """
    What bringing a snapshot back would do.

    *change* is what becomes of what there is now, of nothing where the owner
    is deleted. *trashed* come out of the trash, *lost* are gone for good.
    """

    owner: Any
    record: Any
    change: timelines.Difference
    trashed: list[timelines.Thumbnail]
    lost: list[timelines.Thumbnail]
    lost_count: int

    @property
    def more_lost(self) -> str:
        """How many more are lost than are shown, in words."""
        return more_words(self.lost_count - len(self.lost))

    @property
    def lost_fields(self) -> list[timelines.FieldChange]:
        """The fields that name rows which exist no longer."""
        return [each for each in self.change.fields if each.lost]

    def __bool__(self) -> bool:
        return bool(self.change or self.lost_count)


def offer(owner: Any, record: Any, *, user: Any, links: timelines.Links) -> Offer:
    """Return what bringing *record* back would do to an owner, or to one made of nothing."""
    model = record.instance_type
    seen = restore.preview(owner, record.gallery_version)
    pictures = timelines.Pictures(user=user, using=record._state.db, links=links)
    galleries = {each.name: each for each in gallery_fields(model)}
    gone = {name: set(keys) for name, keys in seen.lost_ids.items()}
    had = {name: [key for key in ids if key not in gone[name]] for name, ids in seen.lists.items()}
    lost = [(galleries[name], key) for name, keys in seen.lost_ids.items() for key in keys]
    trashed = {image.pk for image in seen.trashed}
    rescued = [
        (galleries[name], key) for name, keys in had.items() for key in keys if key in trashed
    ]
    for gallery, key in lost[:MOST] + rescued[:MOST]:
        pictures.note(gallery, [key])
    now = model() if owner._state.adding else owner
    change = timelines.difference(
        now, record, pictures=pictures, lists=had, counted=WOULD_BE, most=MOST
    )
    return Offer(
        owner,
        record,
        change,
        [pictures.thumbnail(*each) for each in rescued[:MOST]],
        [pictures.thumbnail(*each) for each in lost[:MOST]],
        len(lost),
    )
