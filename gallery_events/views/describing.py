"""What JSON tells: of an image, and of what was refused."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from gallery_events.models import AbstractImage


def described(image: AbstractImage) -> dict[str, Any]:
    """
    Return what a page needs to show an image, and to offer an edit of it.

    "url" is the file, "shown" what every browser shows of it. Renditions are
    those that are there, the narrowest first; "original" is the image that
    "edit" was made from, which may not be for the reader to see.
    "taken" is null where the file did not say when it was.
    """
    return {
        "id": _told_key(image.pk),
        "name": image.name,
        "alt": image.alt,
        "caption": image.caption,
        "decorative": image.decorative,
        "width": image.width,
        "height": image.height,
        "frames": image.frames,
        "size": image.size,
        "content_type": image.content_type,
        "taken": image.taken_at and image.taken_at.isoformat(),
        "uploaded": image.uploaded_at.isoformat(),
        "placeholder": image.placeholder,
        "thumbnail": image.rendition_url("thumbnail"),
        "shown": image.shown_url(),
        "renditions": [
            {
                "url": image.rendition_url(key),
                "width": made["width"],
                "height": made["height"],
                "content_type": made["content_type"],
            }
            for key, made in sorted(image.made().items(), key=lambda each: each[1]["width"])
        ],
        "original": _told_key(image.original_id),  # type: ignore[attr-defined]
        "edit": image.edit,
        "url": image.file.url,
    }


def named(image: AbstractImage) -> dict[str, Any]:
    """Return what is needed to recognise an image that is there already."""
    return {
        "id": _told_key(image.pk),
        "name": image.name,
        "thumbnail": image.rendition_url("thumbnail"),
    }


def _told_key(key: Any) -> Any:
    """Return a key as JSON has it: whole numbers as such, others as text."""
    return key if key is None or isinstance(key, int) else str(key)


def refused(message: Any, *, code: str, limit: Any = None) -> dict[str, Any]:
    """Return what a program reads of a refusal, and a person."""
    return {"code": code, "message": str(message), "limit": limit}


def refusal(message: Any, *, code: str, status: int, limit: Any = None) -> JsonResponse:
    """Return the answer that is one refusal."""
    return JsonResponse(refused(message, code=code, limit=limit), status=status)
