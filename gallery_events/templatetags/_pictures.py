"""What a template needs to know of an image to show it: addresses, pixels, words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template import TemplateSyntaxError

from gallery_events.imaging.thumbhash import has_alpha
from gallery_events.models.renditions import Offered
from gallery_events.templatetags._offers import NEWER, SIZES, Offer, Source
from gallery_events.templatetags._placeholders import placeholder_svg
from gallery_events.templatetags._words import alternative, words

LOADING = ("lazy", "eager")
#: A browser that knows where a picture will stand, as it does of one it loads late, needs no telling.
AUTO = "auto, "
#: A grid of columns, as gallery_events/public.css makes it, and a picture as wide as its thumbnail.
COLUMN = "(min-width: 32rem) 25rem, 100vw"


@dataclass(frozen=True, slots=True)
class Picture:
    """
    One image as a page shows it. Numbers are text: no language puts a separator into them.

    *width* and *height* are those it is laid out by, *full_width* and
    *full_height* the upright image's own. *label* names a link whose picture
    says nothing.
    """

    image: Any
    src: str
    srcset: str
    sources: tuple[Source, ...]
    sizes: str
    width: str
    height: str
    full_width: str
    full_height: str
    alt: str
    label: str
    caption: str
    href: str
    loading: str
    placeholder: str
    lightbox: bool

    @classmethod
    def of(
        cls,
        image: Any,
        *,
        size: str = "",
        sizes: str = "",
        link: bool = False,
        alt: str | None = None,
        loading: str = "lazy",
        placeholder: bool = False,
        lightbox: bool = False,
    ) -> Picture:
        """
        Return how an image is shown; raises TemplateSyntaxError for options that are not there.

        Costs no query and no look at the storage. The browser chooses among
        all that is offered, by *sizes*. A *lightbox* needs large pictures,
        whatever is laid out.
        """
        _refuse_unknown("size", size, known=("", *SIZES))
        _refuse_unknown("loading", loading, known=LOADING)
        wide = bool(sizes) or lightbox
        offer = Offer.of(image, size="" if lightbox and size == "thumbnail" else size, large=wide)
        shown = _laid_out(image, offer, size=size, sizes=sizes)
        said = alternative(image, alt)
        return cls(
            image=image,
            src=shown.url,
            srcset=offer.srcset() if sizes or len(offer.plain) > 1 else "",
            sources=tuple(offer.sources()) if offer.is_a_choice() else (),
            sizes=sizes or _usual_sizes(shown, size=size, loading=loading),
            width=_text(shown.width),
            height=_text(shown.height),
            full_width=_text(image.width),
            full_height=_text(image.height),
            alt=said,
            label=words(image) if (link or lightbox) and not said else "",
            caption=image.caption,
            href=image.shown_url() if link or lightbox else "",
            loading=loading,
            placeholder=_placeholder(image) if placeholder else "",
            lightbox=lightbox,
        )


def _laid_out(image: Any, offer: Offer, *, size: str, sizes: str) -> Offered:
    """Return what a browser loads that chooses nothing, with the pixels to lay it out by."""
    whole = (image.width, image.height)
    if size == "original" or sizes:
        last = (offer.plain or [Offered(image.shown_url(), *whole, "")])[-1]
        return last if size == "thumbnail" else last._replace(width=whole[0], height=whole[1])
    thumbnail = image.made().get("thumbnail")
    if thumbnail is not None:
        pixels = (thumbnail["width"], thumbnail["height"])
        # A file that moves is as large on the page as the thumbnail would be, which stands still.
        is_alone = image.is_animated() and len(offer.plain) == 1
        url = offer.plain[0].url if is_alone else image.rendition_url("thumbnail")
        return Offered(url, *pixels, "")
    # Whoever knows no newer format reads no sources either.
    is_newer = image.content_type in NEWER
    return offer.plain[0] if is_newer and offer.plain else Offered(image.shown_url(), *whole, "")


def _usual_sizes(shown: Offered, *, size: str, loading: str) -> str:
    usual = f"(min-width: {shown.width}px) {shown.width}px, 100vw"
    known = bool(shown.width and shown.height)
    return (AUTO if loading == "lazy" and known else "") + (
        usual if size == "original" and known else COLUMN
    )


def _placeholder(image: Any) -> str:
    """Return what is drawn behind the picture; nothing behind one that can be seen through."""
    return "" if has_alpha(image.placeholder) else placeholder_svg(image)


def _refuse_unknown(name: str, value: Any, *, known: Iterable[str]) -> None:
    if value not in known:
        named = ", ".join(filter(None, known))
        message = f"{name} of a picture is {value!r}: give one of {named}."
        raise TemplateSyntaxError(message)


def _text(number: int | None) -> str:
    return str(number or "")
