"""One image on its page: the picture, and what is known of its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events import conf
from gallery_events.admin.pictures import without_picture
from gallery_events.domain.edits import WrongEdit, from_json

#: How far a picture was turned, in words.
TURNS = {
    0: gettext_lazy("not at all"),
    90: gettext_lazy("a quarter to the right"),
    180: gettext_lazy("upside down"),
    270: gettext_lazy("a quarter to the left"),
}

#: What may hold more than pixels.
DRAWING = "image/svg+xml"


def large(image: Any) -> SafeString:
    """Show an image as large as its thumbnail is."""
    try:
        url, words = image.rendition_url("thumbnail"), image.alt or str(image)
    except Exception:  # noqa: BLE001 - any storage's errors
        return without_picture(str(image))
    made = image.made().get("thumbnail") or {"width": image.width, "height": image.height}
    return format_html(
        '<img class="gallery-large" src="{}" width="{}" height="{}" alt="{}">',
        url,
        made["width"] or "",
        made["height"] or "",
        words,
    )


def file_url(image: Any) -> str:
    """
    Return where the file itself is; nothing where its storage cannot say.

    A drawing could run something when it is opened, unless our view sends it:
    elsewhere what is drawn of it stands in.
    """
    try:
        if image.content_type == DRAWING and not conf.serves_itself():
            return str(image.shown_url())
        return str(image.file.url)
    except Exception:  # noqa: BLE001 - any storage's errors
        return ""


def facts(image: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is known of the file."""
    yield _("Original name"), image.name
    yield _("Size"), filesizeformat(image.size)
    yield _("Pixels"), pixels(image.width, image.height)
    yield _("Kind"), image.content_type
    if image.frames > 1:
        yield _("Frames"), str(image.frames)
    if image.edit:
        yield _("Edit"), edited(image.edit)
    yield _("Treatment"), capfirst(image.get_treatment_display())
    for name, made in sorted(image.made().items()):
        size = filesizeformat(made.get("size", 0))
        yield capfirst(name), f"{pixels(made['width'], made['height'])}, {size}"
    yield "SHA-256", image.sha256
    yield _("Stored as"), f"{image.storage}: {image.__dict__['file']}"
    yield _("Uploaded by"), str(image.uploaded_by or "")
    if image.taken_at:
        yield _("Taken at"), image.taken_at
    yield _("Uploaded at"), image.uploaded_at
    yield _("Next look of the sweep"), image.review_after


def pixels(width: int, height: int) -> str:
    """Return the size of a picture."""
    return f"{width} \N{MULTIPLICATION SIGN} {height}"


def edited(told: Any) -> str:
    """Return in words what an edit did, as its row tells it; what is none, as it stands there."""
    try:
        edit = from_json(told)
    except WrongEdit:
        return str(told)
    parts = []
    if edit.rotate:
        parts.append(_("turned: %(turn)s") % {"turn": TURNS[edit.rotate]})
    if edit.flip:
        parts.append(_("left and right exchanged"))
    if edit.crop is not None:
        left, top, width, height = edit.crop
        size, place = pixels(width, height), f"{left}, {top}"
        parts.append(_("%(size)s cut out at %(place)s") % {"size": size, "place": place})
    return "; ".join(parts)
