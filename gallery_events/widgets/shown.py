"""What a form shows of one gallery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from gallery_events.fields.acceptance import Acceptance

#: So many images are shown at once: at most six inputs each stay well below Django's thousand.
PAGE = 100


@dataclass(slots=True)
class Item:
    """
    One image of a form.

    *image* is None when its row is gone. *order* is the text of its number;
    *state* is "" for an image of the base, "added" for one that this form
    puts in, "theirs" and "taken" for what somebody else put in and took out meanwhile.
    """

    key: Any
    image: Any = None
    order: str = ""
    alt: str = ""
    caption: str = ""
    decorative: bool = False
    removed: bool = False
    state: str = ""
    editable: bool = True
    visible: bool = True

    @property
    def text_key(self) -> str:
        """The key as names and values hold it: a template would write numbers as people do."""
        return str(self.key)

    @property
    def name(self) -> str:
        """What the image is called, for people; its number for who may not see it."""
        seen = self.image is not None and self.visible
        return (self.image.name if seen else "") or gettext("image %(key)s") % {"key": self.key}

    @property
    def thumbnail(self) -> dict[str, Any] | None:
        """Address and size of the picture to show; None when there is none to be seen."""
        if self.image is None or not self.visible:
            return None
        made = self.image.made().get("thumbnail") or {}
        return {
            "url": self.image.rendition_url("thumbnail"),
            "width": made.get("width") or self.image.width,
            "height": made.get("height") or self.image.height,
        }


@dataclass(slots=True)
class Page:
    """One page of a long gallery, and where it leads."""

    number: int
    first: int
    last: int
    query: str = ""
    current: bool = False


@dataclass(slots=True)
class Shown:
    """A gallery as a form shows it: the version it is based on, its items, and what is to be said."""

    version: int | None = None
    items: list[Item] = field(default_factory=list)
    count: int = 0
    texts: str = ""
    received: str = ""
    seen: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    choice: str = ""
    notices: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    editable: bool = True
    may_upload: bool = True
    max_images: int | None = None
    accepted: Acceptance = field(default_factory=Acceptance)
    longest_alt: int = 500

    @property
    def page(self) -> Page | None:
        """The page that is shown, when there are several."""
        return next((each for each in self.pages if each.current), None)


def items_of(images: Iterable[Any]) -> list[Item]:
    """Return images as they are shown first: numbered, nothing changed."""
    return [
        Item(
            image.pk,
            image,
            order=str(at),
            alt=image.alt,
            caption=image.caption,
            decorative=image.decorative,
        )
        for at, image in enumerate(images, start=1)
    ]
