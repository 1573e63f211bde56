"""What the user of a form should be told although it was saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from gallery_events.forms.cleaned import CleanedGallery


def notices(form: Any) -> list[str]:
    """Return what others did meanwhile, and what is gone, of all galleries of a valid form."""
    cleaned = getattr(form, "cleaned_data", None) or {}
    found = [
        notice
        for value in cleaned.values()
        if isinstance(value, CleanedGallery)
        for notice in value.notices
    ]
    return list(dict.fromkeys([*found, *getattr(form, "gallery_notices", ())]))


def tell(request: HttpRequest, *forms: Any) -> None:
    """Say it by Django's messages; forms that were not valid say it themselves."""
    for form in forms:
        for notice in notices(form):
            messages.warning(request, notice, fail_silently=True)
