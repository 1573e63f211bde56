"""The sentences of forms: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from gallery_events.exceptions import UploadRefused
from gallery_events.fields.acceptance import Acceptance
from gallery_events.widgets.refusing import EVERYTHING, QUOTA, REFUSALS, REFUSED, accepted

#: So many names are told, then only a number.
MOST_NAMES = 5

ERRORS: dict[str, Any] = {
    "required": gettext_lazy("At least one image is needed: choose a file."),
    "invalid": gettext_lazy("These are not the images of a gallery: load the form again."),
    "invalid_key": gettext_lazy("“%(value)s” is no image: load the form again."),
    "invalid_place": gettext_lazy(
        "“%(value)s” is no position: type a whole number of few digits, or leave it empty."
    ),
    "invalid_base": gettext_lazy(
        "The form does not say what it was based on (“%(value)s”). Nothing was saved: look at "
        "the gallery as it is now, and repeat your change."
    ),
    "unknown_base": gettext_lazy(
        "The form is based on version %(version)s, which is not known any more. Nothing was "
        "saved: look at the gallery as it is now, and repeat your change."
    ),
    "only_a_page": gettext_lazy(
        "This form holds one page of a longer gallery, so a copy of it would lose the rest. "
        "Nothing was saved: save a copy by a program, or add the images to a new one."
    ),
    "unavailable": gettext_lazy(
        "Image %(value)s does not exist, or you may not use it. It was left out and the rest was "
        "kept: save again to go on without it."
    ),
    "upload_forbidden": gettext_lazy(
        "You may not upload images here. “%(name)s” was not taken; everything else was kept."
    ),
    "not_multipart": gettext_lazy(
        '“%(name)s” did not arrive: the form must be sent with enctype="multipart/form-data". '
        "Tell whoever made this page; everything else was kept."
    ),
    "text_forbidden": gettext_lazy(
        "You may not change the texts of “%(name)s”: they were left as they are. Save again to "
        "keep the rest."
    ),
    "text_too_long": gettext_lazy(
        "A text of “%(name)s” has %(count)d characters; at most %(limit)d are kept: shorten it."
    ),
    "text_conflict": gettext_lazy(
        "Meanwhile somebody changed the texts of “%(name)s” to “%(theirs)s”. Yours are shown: "
        "save again to put them in their place."
    ),
    "conflict": gettext_lazy(
        "Meanwhile somebody arranged these images in another way. Nothing was saved: choose below "
        "whose order is to be kept, and save again."
    ),
    "too_many": ngettext_lazy(
        "At most %(limit)d image is allowed; these are %(count)d. Tick the ones to remove.",
        "At most %(limit)d images are allowed; these are %(count)d. Tick the ones to remove.",
        "limit",
    ),
    "too_few": ngettext_lazy(
        "At least %(limit)d image is needed; these are %(count)d. Add more, or remove fewer.",
        "At least %(limit)d images are needed; these are %(count)d. Add more, or remove fewer.",
        "limit",
    ),
}


def error(code: str, **params: Any) -> ValidationError:
    """Return an error by its code."""
    return ValidationError(ERRORS[code], code=code, params=params)


def refusal(
    refused: UploadRefused, name: str, *, limits: Acceptance = EVERYTHING
) -> ValidationError:
    """Say which file was not taken, why, and what would be by the *limits* of its gallery."""
    if refused.code == "quota":
        return ValidationError(QUOTA, code="quota", params={"name": name})
    return ValidationError(
        REFUSED,
        code=refused.code,
        params={
            "name": name,
            "why": REFUSALS.get(refused.code, REFUSALS["broken"]),
            "accepted": accepted(limits),
        },
    )


def unfit(code: str, name: str, *, limits: Acceptance) -> ValidationError:
    """Say why an image that is there already cannot be put into a gallery of these *limits*."""
    return ValidationError(
        _("“%(name)s” was not added: %(why)s. %(accepted)s Save again to keep the rest."),
        code=code,
        params={"name": name, "why": REFUSALS[code], "accepted": accepted(limits)},
    )


def already(name: str, others: Sequence[str]) -> str:
    """Say that the same file was uploaded before."""
    return _(
        "“%(name)s” is here already: you have uploaded the same file before, as %(names)s. Both "
        "are kept; tick the new one to remove it if you meant the other."
    ) % {"name": name, "names": listed(others)}


def gone(names: Sequence[str]) -> str:
    """Say which images exist no longer."""
    return ngettext(
        "An image exists no longer and was left out: %(names)s. The rest was kept.",
        "%(count)d images exist no longer and were left out: %(names)s. The rest was kept.",
        len(names),
    ) % {"count": len(names), "names": listed(names)}


def merged(added: int, removed: int, *, reordered: bool) -> str:
    """Say what somebody else saved meanwhile, and that both changes are kept."""
    parts = []
    if added:
        parts.append(
            ngettext("%(count)d image was added", "%(count)d images were added", added)
            % {"count": added}
        )
    if removed:
        parts.append(
            ngettext("%(count)d image was removed", "%(count)d images were removed", removed)
            % {"count": removed}
        )
    if reordered:
        parts.append(_("the order was changed"))
    return _("Meanwhile somebody else saved this gallery: %(what)s. Both changes are kept.") % {
        "what": get_text_list(parts, _("and"))
    }


def moved(moves: Sequence[tuple[int, Any]], names: Mapping[Any, str]) -> str:
    """Say which images an order moves, and to which places."""
    shown = [
        _("“%(name)s” to place %(place)d") % {"name": names.get(key) or key, "place": place}
        for place, key in moves[:MOST_NAMES]
    ]
    if more := len(moves) - len(shown):
        shown.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return get_text_list(shown, _("and"))


def listed(names: Iterable[str]) -> str:
    """Return names in quotes, the first few of many."""
    names = list(names)
    shown = [f"“{name}”" for name in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        more = len(names) - MOST_NAMES
        shown.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return get_text_list(shown, _("and"))
