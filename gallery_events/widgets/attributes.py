"""What the widget's script is told, as ``data-`` attributes: limits, addresses, parts to load."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from django.conf import settings as django_settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from gallery_events.conf import GallerySettings, ResumableSettings
from gallery_events.domain.shapes import ends, told
from gallery_events.fields.addresses import signed
from gallery_events.imaging.formats import KNOWN
from gallery_events.widgets import refusing
from gallery_events.widgets.presets import Preset, as_json
from gallery_events.widgets.shown import PLACE_OF_KEY, Shown

#: Where the built scripts lie among the static files.
DIST = "gallery_events/dist/"
#: Loaded by the widget's script when they are needed.
PARTS = ("arranging", "cropping", "resuming", "uploading")


def attributes(
    shown: Shown,
    settings: GallerySettings,
    *,
    name: str,
    aspects: Iterable[Preset] = (),
    **options: bool,
) -> list[tuple[str, str]]:
    """
    Return names without ``data-`` and values of what a gallery is; what is off is absent.

    *aspects* are shapes to cut pictures to; *options* are editable, upload, texts,
    multiple, crop and resumable, as the widget has them.
    """
    found: dict[str, Any] = {
        "name": name,
        **{each: "" for each in ("editable", "texts", "multiple") if options[each]},
        "count": str(shown.count),
        "csrf-header": _csrf_header(),
    }
    if options["editable"]:
        if shown.again:
            found["again"] = ""
        resumable = options["resumable"] and settings.RESUMABLE
        found |= _limits(shown, settings)
        found |= _addresses(shown, upload=options["upload"], resumable=resumable)
        parts = [each for each in PARTS if each != "resuming" or "resume-url" in found]
        found |= {f"part-{each}": static(f"{DIST}{each}.js") for each in parts}
        found |= _cropping(shown, aspects) if options["crop"] else {"edit-url": None}
    return [(key, value) for key, value in found.items() if value is not None]


def _limits(shown: Shown, settings: GallerySettings) -> dict[str, Any]:
    accepted = shown.accepted
    formats = [KNOWN[each].content_type for each in accepted.taken_formats(settings)]
    limits = {
        "max-images": shown.max_images,
        "min-images": shown.min_images,
        "max-bytes": accepted.most_bytes(settings),
        "max-pixels": accepted.limits(settings).max_pixels,
        "formats": ",".join(formats),
        "accepted": refusing.accepted(accepted),
    }
    if accepted.min_size is not None:
        limits["min-size"] = "x".join(map(str, accepted.min_size))
    if accepted.aspect is not None:
        lowest, highest = (across / down for across, down in ends(accepted.aspect))
        limits["aspect"] = f"{lowest:.6f},{highest:.6f}"
        limits["shapes"] = ",".join(told(accepted.aspect))
    return {key: str(value) for key, value in limits.items() if value is not None}


def _cropping(shown: Shown, aspects: Iterable[Preset]) -> dict[str, Any]:
    """Return what the dialog for editing a picture needs beyond limits and addresses."""
    return {
        "aspects": as_json(aspects) if aspects else None,
        "owner": shown.owner or None,
        # Loaded with its script: most pages are left without anybody having cut a picture.
        "style-cropping": static("gallery_events/cropping.css"),
    }


def _addresses(
    shown: Shown, *, upload: bool, resumable: ResumableSettings | Literal[False]
) -> dict[str, Any]:
    """Return where the script asks; nothing where the project has not put our URLs into its own."""
    gallery = shown.gallery
    if gallery is None:
        return {}
    field = signed(gallery) if hasattr(gallery, "model") else None
    label = gallery.image_model._meta.concrete_model._meta.label_lower
    found = {
        "field": field,
        "edit-url": _address("edit", label),
        "image-url": _address("image", label),
    }
    # Without a signed label the view makes images of the built-in model only.
    if upload and shown.may_upload and (field or label == "gallery_events.image"):
        found["upload-url"] = _address("upload", *([field] if field else []))
        if resumable:
            found["resume-url"] = _address("resume", *([field] if field else []))
            found["chunk-bytes"] = str(resumable.CHUNK_BYTES)
    return found


def _address(name: str, *arguments: str) -> str | None:
    if name in ("edit", "image"):
        arguments = (*arguments, PLACE_OF_KEY)
    try:
        return reverse(f"gallery_events:{name}", args=arguments)
    except NoReverseMatch:
        return None


def _csrf_header() -> str:
    """Return the header that Django reads the token from, as a request writes it."""
    return django_settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")
