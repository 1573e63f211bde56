"""Upload of images by a program in the browser: JSON out, one sentence for each refusal."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from gallery_events import access
from gallery_events.exceptions import UploadRefused
from gallery_events.fields import GalleryField
from gallery_events.fields.addresses import gallery_of, signed, upload_url
from gallery_events.flows import upload
from gallery_events.views.describing import described, named, refusal, refused

__all__ = ["signed", "upload_url", "upload_view"]

logger = logging.getLogger("gallery_events.upload")

CREATED, PARTLY, REFUSED, FAILED = 201, 207, 400, 500


# Each file is an image by itself: one that fails must not undo the rows of those before it.
@transaction.non_atomic_requests
@never_cache
@require_POST
@csrf_protect
def upload_view(request: HttpRequest, field: str | None = None) -> JsonResponse:
    """
    Make an image of each part named ``file``: 201 and what a page needs to show it.

    *field* is the signed label of the gallery it is meant for. Several files
    are taken one by one and answered by a list in their order; where only
    some were refused the status is 207. The errors are 400, with the code
    and limit of :exc:`UploadRefused`, 401 and 403 by the policy, and 404.
    """
    gallery = None if field is None else gallery_of(field)
    if field is not None and gallery is None:
        message = _("This gallery is not known. Load the page again, then choose the file again.")
        return refusal(message, code="unknown", status=404)
    guard = access.guard_of(request)
    if not guard.may_upload(gallery):
        return denied(guard.user)
    files = request.FILES.getlist("file")
    if not files:
        message = _("No file came with the request: choose a picture and send it again.")
        return refusal(message, code="missing", status=REFUSED)
    answers = [_received(file, user=guard.user, field=gallery) for file in files]
    if len(answers) == 1:
        [(status, answer)] = answers
        return JsonResponse(answer, status=status)
    statuses = {status for status, _answer in answers}
    return JsonResponse(
        [answer for _status, answer in answers],
        status=statuses.pop() if len(statuses) == 1 else PARTLY,
        safe=False,
    )


def _received(file: Any, *, user: Any, field: GalleryField | None) -> tuple[int, dict[str, Any]]:
    try:
        image = upload.receive(file, user=user, field=field)
    except UploadRefused as error:
        return REFUSED, refused(error, code=error.code, limit=error.limit)
    except Exception:
        # What went wrong is for the log; the sender learns what became of the file.
        logger.exception("An upload by %s failed", user)
        message = _("The picture could not be stored, and nothing of it was kept: try again later.")
        return FAILED, refused(message, code="failed")
    return CREATED, told(image, user=user)


def told(image: Any, *, user: Any) -> dict[str, Any]:
    """Return what a page needs of an image that has just come in."""
    twins = upload.twins(image)
    visible = access.guard(user).visible(twins) if twins else set()
    already = [named(each) for each in twins if each.pk in visible]
    return {**described(image), "already": already}


def denied(user: Any) -> JsonResponse:
    """Return the refusal of somebody who may not upload."""
    if not user.is_authenticated:
        message = _("You are not logged in. Log in, then choose the picture again.")
        return refusal(message, code="login", status=401)
    message = _("You may not upload pictures here. Ask an administrator for the permission.")
    return refusal(message, code="denied", status=403)
