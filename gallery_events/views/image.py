"""One image, told to a program."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from gallery_events import access
from gallery_events.fields.addresses import gallery_of
from gallery_events.fields.keys import key_or_none
from gallery_events.models import AbstractImage
from gallery_events.views.describing import described, refusal
from gallery_events.views.finding import visible_image


@vary_on_cookie
@require_safe
def image_view(request: HttpRequest, pk: str, model: str | None = None) -> JsonResponse:
    """
    Tell of an image what a page needs to show it.

    For whoever may see it; 404 is the one answer to anything else. Parameters:
    ``field``, the signed label of a gallery, asks what may be done with it
    there, ``owner`` is the key of the object that it is the gallery of; empty, it
    asks the same for a form that is of no object. Then
    "may_edit" tells whether an edited image may be made of it for that gallery,
    "may_use" whether it may be put in, and "used" whether a gallery holds it
    already, or did lately.
    """
    image = visible_image(request, model, pk)
    if image is None:
        response = refusal(_("There is no such image."), code="unknown", status=404)
    else:
        response = JsonResponse(described(image) | _in_gallery(image, request))
    # The alternative text changes, and so do rights.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _in_gallery(image: AbstractImage, request: HttpRequest) -> dict[str, bool]:
    """Tell what an image is, and may become, to the gallery that was asked about."""
    label = request.GET.get("field")
    gallery = gallery_of(label or "")
    if label is None or (label and gallery is None):
        return {}
    guard = access.guard_of(request)
    owner = gallery and _owner(gallery, request.GET.get("owner", ""))
    return {
        "may_edit": guard.may_upload(gallery) and guard.may_edit(image),
        "may_use": _fits(image, gallery) and guard.may_use(image, owner),
        "used": image.references.exists(),  # type: ignore[attr-defined]
    }


def _fits(image: AbstractImage, gallery: Any) -> bool:
    """Tell whether a gallery takes such an image; without one nobody knows a limit."""
    if gallery is None:
        return True
    return isinstance(image, gallery.image_model) and gallery.acceptance.unfit(image) is None


def _owner(gallery: Any, text: str) -> Any:
    """Return the object that a gallery is of; a new one where none is named, or none is there."""
    model = gallery.model
    # No database takes the character, and only a key that is text could hold it.
    key = None if "\x00" in text else key_or_none(text, model._meta.pk)
    found = None if key is None else model._base_manager.filter(pk=key).first()
    return model() if found is None else found
