"""What an image is shown by: its file, and the smaller copies that its row names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gallery_events import conf
from gallery_events.domain.ladder import FALLBACK, Rung, Source, ladder
from gallery_events.domain.renditions import is_made
from gallery_events.fields.addresses import file_address, lazy_address
from gallery_events.imaging.formats import KNOWN

#: What every program shows, and what no browser is given to show.
PLAIN = frozenset({"image/jpeg", "image/png", "image/gif"})
HIDDEN = frozenset(each.content_type for each in KNOWN.values() if not each.shown)
#: What frames are moments in. In others they are pages, of which the first one is shown.
ANIMATED = frozenset({"image/gif", "image/webp", "image/png", "image/avif"})


class Offered(NamedTuple):
    """One file that an image can be shown by."""

    url: str
    width: int
    height: int
    content_type: str


def total_size(size: int, renditions: dict[str, Any]) -> int:
    """Return the bytes of a file and of the renditions made from it."""
    return size + sum(int(each.get("size", 0)) for each in renditions.values())


class WithRenditions:
    """What the row of an image tells of its files: no query, and no look at the storage."""

    renditions: Any
    file: Any
    pk: Any
    size: int
    width: int
    height: int
    frames: int
    content_type: str

    def made(self) -> dict[str, dict[str, Any]]:
        """Return the renditions that can be shown, by their keys."""
        return {key: each for key, each in self.renditions.items() if is_made(each)}

    def rendition_url(self, rendition: str = "thumbnail") -> str:
        """
        Return where a rendition is served; the file's own address when there is none.

        Where SERVE is "view" it is served to those who may see the image, in
        the trash too.
        """
        made = self.renditions.get(rendition)
        if not is_made(made):
            return str(self.file.url)
        if conf.serves_itself():
            return file_address(self, rendition)
        return str(self.file.storage.url(made["name"]))

    def rendition_address(self, key: str) -> str:
        """
        Return where a rendition is, or where it will be made when it is first looked at.

        What neither is there nor will be so is replaced by what every browser
        shows: a page never holds a broken image.
        """
        if key in self.made():
            return self.rendition_url(key)
        if self._is_made_lazily() and any(rung.key == key for rung in self.ladder()):
            return lazy_address(self, key)
        return self.shown_url()

    def shown_url(self) -> str:
        """
        Return an address that every browser can show: the file's own, or its fallback's.

        The thumbnail stands in for a fallback that is not there.
        """
        if self.is_shown():
            return str(self.file.url)
        return self.rendition_url(FALLBACK if FALLBACK in self.made() else "thumbnail")

    def is_shown(self) -> bool:
        """Tell whether browsers may be given the file itself, to show it."""
        return self.content_type not in HIDDEN

    def is_animated(self) -> bool:
        """Tell whether the file moves; pages of a TIFF do not."""
        return self.frames > 1 and self.content_type in ANIMATED

    def offered(self) -> list[Offered]:
        """
        Return all that the image can be shown by, the narrowest first: a browser may choose.

        Renditions that are not made yet are among them where RENDITIONS["WHEN"]
        is "view". The file itself is the last of its width, where browsers show it.
        """
        found = [
            Offered(self.rendition_url(key), each["width"], each["height"], each["content_type"])
            for key, each in self.made().items()
        ]
        if self._is_made_lazily():
            found += [
                Offered(lazy_address(self, rung.key), rung.width, rung.height, rung.content_type)
                for rung in self.missing()
            ]
        if self.is_shown():
            found.append(Offered(str(self.file.url), self.width, self.height, self.content_type))
        return sorted(found, key=lambda each: each.width)

    def ladder(self, settings: conf.RenditionSettings | None = None) -> tuple[Rung, ...]:
        """Return the renditions that the image should have; by the settings of this moment."""
        thumbnail = self.renditions.get("thumbnail") or {}
        source = Source(
            self.width,
            self.height,
            frames=self.frames if self.is_animated() else 1,
            # A thumbnail is a JPEG unless something shows through.
            transparent=thumbnail.get("content_type", "image/jpeg") != "image/jpeg",
            shown=self.is_shown(),
            plain=self.content_type in PLAIN,
        )
        return ladder(source, conf.current().RENDITIONS if settings is None else settings)

    def missing(self) -> Iterator[Rung]:
        """Yield the renditions that the image should have and has not, whatever they are made by."""
        made = self.made()
        return (rung for rung in self.ladder() if rung.key not in made)

    def total_size(self) -> int:
        """Return the bytes of all files of this image, its renditions included."""
        return total_size(self.size, self.renditions)

    def file_names(self) -> list[str]:
        """Return the names of all files of this image, renditions that are only planned included."""
        return [self.file.name, *(each["name"] for each in self.renditions.values())]

    def _is_made_lazily(self) -> bool:
        return self.pk is not None and conf.current().RENDITIONS.WHEN == "view"
