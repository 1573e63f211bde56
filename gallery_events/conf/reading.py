"""The setting itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def given() -> Any:
    """Return what the project has written, whatever it is."""
    return getattr(settings, "GALLERY_EVENTS", {})


def serves_itself() -> bool:
    """
    Tell whether images are served by our view, and so only to those who may see them.

    Asked for each address on a page, so nothing else is looked at; a wrong
    value of SERVE counts as the guarded way.
    """
    found = given()
    return not isinstance(found, dict) or found.get("SERVE", "storage") != "storage"
