"""Edits by a program in the browser: JSON out, one sentence for each refusal."""

from __future__ import annotations

import logging
import re
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from gallery_events import access
from gallery_events.domain.edits import Edit, WrongEdit
from gallery_events.exceptions import EditRefused, ImagesLost
from gallery_events.fields.addresses import gallery_of
from gallery_events.flows import edit
from gallery_events.views.describing import described, refusal
from gallery_events.views.finding import visible_image
from gallery_events.widgets.refusing import EVERYTHING, QUOTA, REFUSALS, accepted
from gallery_events.widgets.refusing import REFUSED as REFUSED_FILE

logger = logging.getLogger("gallery_events.edit")

CREATED, FOUND, REFUSED, FAILED = 201, 200, 400, 500
#: No picture has longer sides than fit into so many digits; a minus is refused in its own words.
NUMBER = re.compile(r"-?[0-9]{1,6}", re.ASCII)
#: What an edited picture can be refused for, as a file can: a form says it in the same words.
MET = frozenset({"bytes", "pixels", "frames", "broken", "complex", "too_small", "aspect"})
YES, NO = ("1", "true", "on"), ("", "0", "false")


# As for an upload: files are written, which no transaction of the request can take back.
@transaction.non_atomic_requests
@never_cache
@require_POST
@csrf_protect
def edit_view(request: HttpRequest, pk: str, model: str | None = None) -> JsonResponse:
    """
    Make an edited image: 201 and what a page needs to show it.

    Parameters: ``crop`` as ``left,top,width,height``, ``rotate`` in degrees
    clockwise, ``flip`` as 1 or 0, and ``size`` as ``width,height`` of the
    picture that the numbers were taken from; all in whole pixels. ``field``
    is the signed label of the gallery it is meant for, whose ``min_size`` and
    ``aspect`` hold of the result. An edit that undoes earlier ones is answered
    by the original, with 200, to whoever may see that.

    The new image is one's own: whoever may upload, may see the image and may
    edit it is served. The errors are 400, with the code and limit of
    :exc:`EditRefused`, 401 and 403 by the policy, and 404 for an image that is
    not there or not to be seen.
    """
    label = request.POST.get("field")
    gallery = None if not label else gallery_of(label)
    if label and gallery is None:
        message = _("This gallery is not known. Load the page again, then repeat the edit.")
        return refusal(message, code="unknown", status=404)
    guard = access.guard_of(request)
    if not guard.may_upload(gallery):
        return _denied(guard.user)
    image = visible_image(request, model, pk)
    if image is None:
        return _unknown()
    if not guard.may_edit(image):
        return _denied(guard.user)
    if gallery is not None and not isinstance(image, gallery.image_model):
        message = _("This gallery takes no such images: load the page again.")
        return refusal(message, code="field", status=REFUSED)
    return _made(image, request.POST, gallery=gallery, guard=guard)


def _made(image: Any, posted: Any, *, gallery: Any, guard: access.Guard) -> JsonResponse:
    user = guard.user
    try:
        made = edit.derive(image, _asked(posted), user=user, field=gallery)
    except (EditRefused, WrongEdit) as error:
        limit = getattr(error, "limit", None)
        message = _sentence(error, image, gallery=gallery)
        return refusal(message, code=error.code, status=REFUSED, limit=limit)
    except ImagesLost:
        return _unknown()
    except Exception:
        # What went wrong is for the log; the sender learns what became of the edit.
        logger.exception("An edit of image %s by %s failed", image.pk, user)
        message = _("The picture could not be edited, and nothing was changed: try again later.")
        return refusal(message, code="failed", status=FAILED)
    if made.edit is not None:
        return JsonResponse(described(made), status=CREATED)
    # Gone back to, as no original has an edit: it may show what was cut off for a reason.
    if not guard.may_see(made):
        message = _("You may not see the picture that this one was made from.")
        return refusal(message, code="denied", status=403)
    return JsonResponse(described(made), status=FOUND)


def _sentence(error: EditRefused | WrongEdit, image: Any, *, gallery: Any) -> str:
    """Say in the language of who asks what people can meet; a number that cannot be meant is a program's."""
    if error.code == "quota":
        return QUOTA % {"name": image.name}
    if error.code not in MET:
        return str(error)
    return REFUSED_FILE % {
        "name": image.name,
        "why": REFUSALS[error.code],
        "accepted": accepted(EVERYTHING if gallery is None else gallery.acceptance),
    }


def _asked(posted: Any) -> Edit:
    """Return the edit that was asked for; raise WrongEdit for what is none."""
    rotate = _numbers(posted, "rotate", 1) or (0,)
    flip = posted.get("flip", "").lower()
    if flip not in (*YES, *NO):
        message = f"flip={flip!r} cannot be meant: give 1 or 0."
        raise WrongEdit(message, code="flip")
    return Edit(
        crop=_numbers(posted, "crop", 4),
        rotate=rotate[0],
        flip=flip in YES,
        size=_numbers(posted, "size", 2),
    )


def _numbers(posted: Any, name: str, count: int) -> Any:
    text = posted.get(name, "")
    if not text:
        return None
    parts = text.split(",")
    if len(parts) != count or not all(NUMBER.fullmatch(each) for each in parts):
        given = _("%(name)s: give %(count)s in whole pixels, with commas between them.")
        if count == 1:
            given = _("%(name)s: give one of 0, 90, 180 and 270.")
        raise WrongEdit(given % {"name": name, "count": count}, code=name)
    return tuple(int(each) for each in parts)


def _unknown() -> JsonResponse:
    return refusal(_("There is no such image."), code="unknown", status=404)


def _denied(user: Any) -> JsonResponse:
    if not user.is_authenticated:
        message = _("You are not logged in. Log in, then repeat the edit.")
        return refusal(message, code="login", status=401)
    message = _("You may not edit this picture. Ask an administrator for the permission.")
    return refusal(message, code="denied", status=403)
