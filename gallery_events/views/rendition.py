"""A rendition at an address that our own pages signed: made when it is first looked at."""

from __future__ import annotations

import logging
from threading import BoundedSemaphore

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gallery_events import conf
from gallery_events.exceptions import RenditionFailed
from gallery_events.fields.addresses import is_signed
from gallery_events.flows import renditions
from gallery_events.models import AbstractImage
from gallery_events.models.renditions import PLAIN
from gallery_events.views.finding import named_image, visible_image

logger = logging.getLogger("gallery_events.renditions")

#: A browser goes the same way for so many seconds; addresses that a storage signs last longer.
MAX_AGE = 300
#: So many renditions a process makes at once for its visitors: each may take 300 MB for a moment.
MOST = 2
#: A file of so many bytes may stand in for a rendition. A larger one is no page's to load by the dozen.
LIGHT = 500_000

_making = BoundedSemaphore(MOST)


# What is planned must be committed before a file is written.
@transaction.non_atomic_requests
@require_safe
def rendition_view(
    request: HttpRequest, model: str, pk: str, key: str, signature: str
) -> HttpResponse:
    """
    Lead to a rendition of an image, which is made if it is not there.

    404 is the one answer to what was not signed here, to what may not be seen
    and to what the image should not have. While somebody else makes it, when
    too much is made already, or when it cannot be made, the way leads to the
    file or to a copy that is there, and is not remembered: nobody waits, and no page is broken.
    """
    image = _image(request, model, pk) if is_signed(model, pk, key, signature=signature) else None
    if image is None or not _is_to_be_had(image, key):
        return _missing()
    if key not in image.made() and conf.current().RENDITIONS.WHEN == "view":
        _make(image, key)
    made = key in image.made()
    response = HttpResponseRedirect(image.rendition_url(key) if made else _stand_in(image, key))
    if made:
        patch_cache_control(response, private=True, max_age=MAX_AGE)
    else:
        patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["Cookie"])
    return response


def _image(request: HttpRequest, model: str, pk: str) -> AbstractImage | None:
    if conf.serves_itself():
        return visible_image(request, model, pk)
    # The storage's own addresses are open to whoever knows them: so is this one.
    return named_image(model, pk)


def _is_to_be_had(image: AbstractImage, key: str) -> bool:
    return key in image.made() or any(rung.key == key for rung in image.ladder())


def _stand_in(image: AbstractImage, key: str) -> str:
    """Return where to see an image while a rendition is not there: in a light file, wide enough if possible."""
    rung = next((each for each in image.ladder() if each.key == key), None)
    if rung is None or not image.is_shown() or image.is_animated() or image.size <= LIGHT:
        return image.shown_url()
    # Whoever asks for this one knows its type, and what every program knows.
    known = {*PLAIN, rung.content_type}
    there = {name: each for name, each in image.made().items() if each["content_type"] in known}
    by_width = sorted(there, key=lambda name: there[name]["width"])
    wide = (name for name in by_width if there[name]["width"] >= rung.width)
    chosen = next(wide, by_width[-1] if by_width else None)
    return image.shown_url() if chosen is None else image.rendition_url(chosen)


def _make(image: AbstractImage, key: str) -> None:
    if not _making.acquire(blocking=False):
        return
    try:
        renditions.make(image, keys=[key], alone=True)
    except RenditionFailed as error:
        logger.warning("%s", error)
    except Exception:
        logger.exception("A rendition of image %s could not be made", image.pk)
    finally:
        _making.release()


def _missing() -> HttpResponse:
    response = HttpResponse(_("There is no such image."), status=404, content_type="text/plain")
    patch_cache_control(response, private=True, no_store=True)
    # The session adds it when the user was looked at: it would tell what exists from what does not.
    patch_vary_headers(response, ["Cookie"])
    return response
