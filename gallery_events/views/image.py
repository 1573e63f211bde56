"""One image, told to a program."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from gallery_events.views.describing import described, refusal
from gallery_events.views.finding import visible_image


@vary_on_cookie
@require_safe
def image_view(request: HttpRequest, pk: str, model: str | None = None) -> JsonResponse:
    """
    Tell of an image what a page needs to show it, and whether a gallery ever held it.

    For whoever may see it; 404 is the one answer to anything else.
    """
    image = visible_image(request, model, pk)
    if image is None:
        response = refusal(_("There is no such image."), code="unknown", status=404)
    else:
        response = JsonResponse({**described(image), "used": image.references.exists()})  # type: ignore[attr-defined]
    # The alternative text changes, and so do rights.
    patch_cache_control(response, private=True, no_cache=True)
    return response
