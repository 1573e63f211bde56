"""What JSON tells: of an image, and of what was refused."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from gallery_events.models import AbstractImage


def described(image: AbstractImage) -> dict[str, Any]:
    """Return what a page needs to show an image."""
    return {
        "id": image.pk if isinstance(image.pk, int) else str(image.pk),
        "name": image.name,
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
        "size": image.size,
        "content_type": image.content_type,
        "thumbnail": image.rendition_url("thumbnail"),
        "url": image.file.url,
    }


def refused(message: Any, *, code: str, limit: Any = None) -> dict[str, Any]:
    """Return what a program reads of a refusal, and a person."""
    return {"code": code, "message": str(message), "limit": limit}


def refusal(message: Any, *, code: str, status: int, limit: Any = None) -> JsonResponse:
    """Return the answer that is one refusal."""
    return JsonResponse(refused(message, code=code, limit=limit), status=status)
