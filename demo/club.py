"""The club of the story: its people, photographs, albums and calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import File

from demo.models import Album
from demo.stage import Stage
from gallery_events.domain.report import SweepReport
from gallery_events.flows import sweep, upload
from gallery_events.models import Image

#: The story begins so many days before today.
DAYS = 70


@dataclass
class Club:
    stage: Stage
    photographs: dict[str, Path]
    #: The one moment that was read from the clock; all others are counted from it.
    today: datetime
    people: dict[str, Any]
    images: dict[str, Image] = field(default_factory=dict)
    albums: dict[str, int] = field(default_factory=dict)
    #: What the sweep said, night by night.
    nights: list[SweepReport] = field(default_factory=list)

    def at(self, day: int) -> datetime:
        """Return the moment of a day of the story; day 70 is today."""
        return self.today - timedelta(days=DAYS - day)

    def album(self, title: str) -> Album:
        """Load an album, as a request would."""
        return Album.objects.get(pk=self.albums[title])

    def upload(self, name: str, path: Path, *, by: str, day: int) -> Image:
        """Receive a photograph from somebody, on a day of the story."""
        with path.open("rb") as opened:
            image: Image = upload.receive(
                File(opened, name=f"{name}{path.suffix.lower()}"),
                user=self.people[by],
                now=self.at(day),
            )
        image.alt = name
        image.save(update_fields=["alt"])
        self.images[name] = image
        return image

    def save(self, album: Album, *, by: str, day: int, reason: str = "") -> None:
        """Save an album as somebody, on a day of the story; the nights before it come first."""
        self.sign(album, by=by, day=day, reason=reason)
        album.save()

    def sign(self, album: Album, *, by: str, day: int, reason: str = "") -> None:
        """Say who does what comes next, and when, by simple-history's documented attributes."""
        self.sleep_until(day)
        album._history_user = self.people[by]  # noqa: SLF001
        album._history_date = self.at(day)  # noqa: SLF001
        album._change_reason = reason  # noqa: SLF001

    def key(self, name: str) -> Any:
        """Return the key of a photograph."""
        return self.images[name].pk

    @property
    def names_by_key(self) -> dict[Any, str]:
        """What each image shows, whether it still exists or not."""
        return {image.pk: name for name, image in self.images.items()}

    def names(self, keys: Iterable[Any]) -> str:
        """Name images as the club does."""
        known = self.names_by_key
        return ", ".join(known[key] for key in keys)

    def sleep_until(self, day: int) -> None:
        """Run the sweep in each night up to a day, as cron would have."""
        while len(self.nights) < day:
            self.nights.append(sweep.sweep(now=self.night(len(self.nights) + 1)))

    def night(self, day: int) -> datetime:
        """Return the moment of the sweep in the night before a day."""
        return self.at(day) - timedelta(hours=6)
