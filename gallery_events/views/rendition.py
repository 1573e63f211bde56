"""A rendition at an address that our own pages signed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gallery_events import conf
from gallery_events.fields.addresses import is_signed
from gallery_events.models import AbstractImage
from gallery_events.views.finding import named_image, visible_image


@require_safe
def rendition_view(
    request: HttpRequest, model: str, pk: str, key: str, signature: str
) -> HttpResponse:
    """
    Lead to a rendition of an image.

    404 is the one answer to what was not signed here, and to what may not be seen.
    """
    image = _image(request, model, pk) if is_signed(model, pk, key, signature=signature) else None
    if image is None:
        return _missing()
    url = image.rendition_url(key) if key in image.made() else image.shown_url()
    return HttpResponseRedirect(url)


def _image(request: HttpRequest, model: str, pk: str) -> AbstractImage | None:
    if conf.serves_itself():
        return visible_image(request, model, pk)
    # The storage's own addresses are open to whoever knows them: so is this one.
    return named_image(model, pk)


def _missing() -> HttpResponse:
    response = HttpResponse(_("There is no such image."), status=404, content_type="text/plain")
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["Cookie"])
    return response
