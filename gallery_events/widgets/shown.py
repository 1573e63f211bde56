"""What a form shows of one gallery."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from gallery_events.fields.acceptance import Acceptance

#: So many images are shown at once: at most six inputs each stay well below Django's thousand.
PAGE = 100
#: So many are shown at once by the script; of a longer gallery it shows a page as well.
MOST_AT_ONCE = 5000
#: What stands in addresses and in the template of an item where a key is put in.
PLACE_OF_KEY = "__key__"
#: And where its name is.
PLACE_OF_NAME = "__name__"


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
    #: The place in the list that the form is about; None for what that does not hold.
    place: int | None = None
    #: Which texts are shown, as the form says it when it comes back.
    shown: str = ""

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
    def was_decorative(self) -> bool:
        """Whether no tick is a wish: it is shown ticked, or was unticked before the form failed."""
        return self.decorative or bool(self.image is not None and self.image.decorative)

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

    @property
    def large(self) -> dict[str, Any] | None:
        """Where the picture is shown as large as it is, and how large; None where nothing is."""
        if self.image is None or not self.visible:
            return None
        return {
            "url": self.image.shown_url(),
            "width": self.image.width,
            "height": self.image.height,
        }

    @property
    def traits(self) -> list[tuple[str, str]]:
        """What a script sorts and edits by, as names without ``data-`` and values."""
        image = self.image
        found = {"key": self.text_key, "order": self.place}
        if image is not None and self.visible:
            taken = getattr(image, "taken_at", None)
            found |= {
                "name": self.name,
                "original": image.original_id,
                "edit": None if image.edit is None else json.dumps(image.edit),
                "width": image.width or None,
                "height": image.height or None,
                "uploaded": image.uploaded_at and image.uploaded_at.isoformat(),
                "taken": taken and taken.isoformat(),
                "animated": "" if image.is_animated() else None,
                "readonly": None if self.editable else "",
            }
        return [(key, str(value)) for key, value in found.items() if value is not None]


@dataclass(slots=True)
class Blank(Item):
    """What an item is made from that comes in later: places for its key and its name, no picture."""

    key: Any = PLACE_OF_KEY

    @property
    def name(self) -> str:
        """The place of the name."""
        return PLACE_OF_NAME

    @property
    def thumbnail(self) -> dict[str, Any] | None:
        """No picture yet: a script sets the address."""
        return {"url": ""}

    @property
    def large(self) -> dict[str, Any] | None:
        """Nowhere yet."""
        return {"url": ""}

    @property
    def traits(self) -> list[tuple[str, str]]:
        """The place of the key."""
        return [("key", PLACE_OF_KEY)]


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
    #: Those of the other pages, for the script.
    rest: list[Item] = field(default_factory=list)
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
    min_images: int | None = None
    #: The gallery itself, where one is shown: its addresses are told to the script.
    gallery: Any = None
    accepted: Acceptance = field(default_factory=Acceptance)
    longest_alt: int = 500
    #: The form came back: what people had typed is written as if it had always been there.
    again: bool = False
    #: The key of the object that the gallery is of, as text; nothing for one that is not saved.
    owner: str = ""

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
            place=at,
            alt=image.alt,
            caption=image.caption,
            decorative=image.decorative,
        )
        for at, image in enumerate(images, start=1)
    ]
