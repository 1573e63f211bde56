"""What a template needs to know of an image to show it: addresses, pixels, words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template import TemplateSyntaxError

#: What can be shown; "original" is the file itself.
SIZES = ("thumbnail", "original")


@dataclass(frozen=True, slots=True)
class Picture:
    """One image as a page shows it. Numbers are text: no language puts a separator into them."""

    image: Any
    src: str
    srcset: str
    sizes: str
    width: str
    height: str
    alt: str
    caption: str
    href: str
    loading: str

    @classmethod
    def of(
        cls,
        image: Any,
        *,
        size: str = "thumbnail",
        sizes: str = "",
        link: bool = False,
        alt: str | None = None,
        loading: str = "lazy",
    ) -> Picture:
        """
        Return how an image is shown in one of SIZES; raises TemplateSyntaxError for others.

        Costs no query and no look at the storage. With *sizes* all files up to
        that size are offered, and the browser chooses.
        """
        if size not in SIZES:
            message = f"No size {size!r} of pictures: give one of {', '.join(SIZES)}."
            raise TemplateSyntaxError(message)
        offered = _offered(image, size)
        src, width, height = offered[-1]
        words = image.alt if alt is None else alt
        return cls(
            image=image,
            src=src,
            srcset=", ".join(f"{url} {wide}w" for url, wide, _ in offered if wide) if sizes else "",
            sizes=sizes,
            width=str(width or ""),
            height=str(height or ""),
            # A link must have a name, and this picture is all that there is in it.
            alt=words or (image.caption or str(image) if link else ""),
            caption=image.caption,
            href=str(image.file.url) if link else "",
            loading=loading,
        )


def _offered(image: Any, size: str) -> list[tuple[str, int, int]]:
    """Return (address, width, height) of the files to choose from, the one to show last."""
    made = [
        (image.rendition_url(name), each["width"], each["height"])
        for name, each in image.made().items()
        if name in SIZES
    ]
    if size == "original" or not made:
        # A small file's thumbnail is as wide as itself: no choice.
        narrower = [each for each in made if each[1] < image.width]
        made = [*narrower, (str(image.file.url), image.width, image.height)]
    return made
