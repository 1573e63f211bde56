"""Which of an image's files a page offers, and to which browsers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gallery_events import conf
from gallery_events.models.renditions import Offered

#: Whoever knows one of these knows those before it, and all that every program shows.
NEWER = ("image/webp", "image/avif")
#: What can be asked for: the thumbnail and nothing larger, or all up to the file itself.
SIZES = ("thumbnail", "original")


@dataclass(frozen=True, slots=True)
class Source:
    """A ``<source>`` of a ``<picture>``: for browsers that know the type, the candidates."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The files a page offers: *plain* ones to everybody, *newer* ones to who knows their type."""

    plain: list[Offered]
    newer: list[Offered]

    @classmethod
    def of(cls, image: Any, *, size: str = "", large: bool = False) -> Offer:
        """
        Return what is offered of an image; costs no query and no look at the storage.

        With *size* "thumbnail" that alone. The file itself is among it where it is no wider than the renditions
        are to be, where *size* is "original", and where *large* pictures are
        wanted and there is nothing else to show them by.
        """
        found = _thumbnail(image) if size == "thumbnail" else _files(image, size=size, large=large)
        measured = [each for each in found if each.width]
        return cls(
            plain=_moving(image, [each for each in measured if each.content_type not in NEWER]),
            newer=_each_width_once(each for each in measured if each.content_type in NEWER),
        )

    def is_a_choice(self) -> bool:
        """Tell whether a browser has anything to choose from."""
        return len(self.plain) + len(self.newer) > 1

    def srcset(self) -> str:
        """Return the candidates of the ``<img>``."""
        return _srcset(self.plain)

    def sources(self) -> Iterator[Source]:
        """
        Yield a source for each newer type, the newest first.

        A browser that takes one looks at no other, so it holds all that the
        browser can show, also plain files where they are the widest.
        """
        for rank in reversed(range(len(NEWER))):
            known = [each for each in self.newer if each.content_type in NEWER[: rank + 1]]
            if any(each.content_type == NEWER[rank] for each in known):
                wider = [each for each in self.plain if each.width > known[-1].width]
                yield Source(NEWER[rank], _srcset([*known, *wider]))


def _thumbnail(image: Any) -> list[Offered]:
    made = image.made().get("thumbnail")
    if made is None:
        return [Offered(image.shown_url(), image.width, image.height, image.content_type)]
    url = image.rendition_url("thumbnail")
    return [Offered(url, made["width"], made["height"], made["content_type"])]


def _files(image: Any, *, size: str, large: bool) -> list[Offered]:
    found: list[Offered] = image.offered()
    if size == "original" or not image.is_shown():
        return found
    settings = conf.current().RENDITIONS
    # Nothing is wider than the file itself, so it is the last one.
    others = found[:-1]
    is_rung = image.width <= max(settings.WIDTHS, default=settings.FALLBACK_WIDTH)
    widest = others[-1].width if others else 0
    return found if is_rung or (large and widest < settings.FALLBACK_WIDTH) else others


def _moving(image: Any, plain: list[Offered]) -> list[Offered]:
    """Return plain files; of a GIF or PNG that moves the file alone, since all others stand still."""
    found = _each_width_once(plain)
    file = (image.width, image.content_type)
    is_animation = image.is_animated() and bool(found) and (found[-1][1], found[-1][3]) == file
    return found[-1:] if is_animation else found


def _each_width_once(found: Iterable[Offered]) -> list[Offered]:
    """Return those of different widths; of two of one width the later: the file, not its copy."""
    return list({each.width: each for each in found}.values())


def _srcset(offered: Iterable[Offered]) -> str:
    return ", ".join(f"{each.url} {each.width}w" for each in offered)
