"""What stands for a page where people share its address: one image, as Open Graph says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gallery_events.models.renditions import PLAIN, Offered
from gallery_events.templatetags._words import alternative

#: Pages that show what was shared want pictures about so wide, and load none that are very large.
NARROWEST, WIDEST = 600, 2000


@dataclass(frozen=True, slots=True)
class Shared:
    """An image by an absolute address; numbers are text, empty where they are not known."""

    image: Any
    url: str
    width: str
    height: str
    content_type: str
    alt: str
    card: str

    @classmethod
    def of(cls, image: Any, *, request: Any, alt: str | None = None) -> Shared:
        """Return how an image is shared; ImproperlyConfigured without a request to begin from."""
        if request is None:
            message = (
                "{% open_graph %} makes absolute addresses, and this page has no request: render "
                "it with one, and add 'django.template.context_processors.request' to the context "
                "processors in TEMPLATES."
            )
            raise ImproperlyConfigured(message)
        chosen = _chosen(image)
        return cls(
            image=image,
            url=request.build_absolute_uri(chosen.url),
            width=str(chosen.width or ""),
            height=str(chosen.height or ""),
            content_type=chosen.content_type,
            alt=alternative(image, alt),
            card="summary_large_image" if chosen.width >= NARROWEST else "summary",
        )


def _chosen(image: Any) -> Offered:
    """
    Return the file to share: in a format that every program shows, and of a suitable size.

    The widest of those that are suitable, else the next wider one, else the
    widest there is.
    """
    plain: list[Offered] = [each for each in image.offered() if each.content_type in PLAIN]
    suitable = [each for each in plain if NARROWEST <= each.width <= WIDEST]
    wider = [each for each in plain if each.width > WIDEST]
    for found in (suitable[-1:], wider[:1], plain[-1:]):
        if found:
            return found[0]
    return Offered(image.shown_url(), image.width, image.height, image.content_type)
