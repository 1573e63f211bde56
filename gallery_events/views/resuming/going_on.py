"""An upload in parts goes on, becomes an image, or is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gallery_events import access, conf
from gallery_events.domain import tus
from gallery_events.exceptions import UploadRefused
from gallery_events.fields.addresses import gallery_of
from gallery_events.flows import resumable
from gallery_events.models import PartialUpload
from gallery_events.views.describing import refusal
from gallery_events.views.resuming import body, protocol
from gallery_events.views.upload import FAILED, denied, told

logger = logging.getLogger("gallery_events.upload")


@dataclass(frozen=True, slots=True)
class Going:
    """One request about one upload."""

    request: HttpRequest
    upload: PartialUpload
    guard: access.Guard
    field: Any

    @property
    def lifetime(self) -> Any:
        """How long the upload waits after what comes now."""
        return conf.current().lifetime


# As for an upload: files are written, which no transaction of the request can take back.
@transaction.non_atomic_requests
@never_cache
@protocol.speaks_tus(methods=("HEAD", "PATCH", "DELETE", "POST"), free=("POST",))
def partial_view(request: HttpRequest, token: str, *, method: str) -> HttpResponse:
    """
    Answer what is asked of an upload in parts; nobody but who began it learns that it is there.

    HEAD tells how far it is, PATCH adds a part, DELETE gives it up. POST asks
    for the image: 201 and what the upload view says of one, or its refusal;
    as often as one likes, until the upload expires.
    """
    guard = access.guard_of(request)
    if method == "OPTIONS":
        return protocol.capabilities(most=conf.current().MAX_BYTES)
    upload = resumable.found(token, user=guard.user)
    if upload is None:
        return _unknown(guard.user)
    field = gallery_of(upload.gallery) if upload.gallery else None
    if method in ("PATCH", "POST"):
        if upload.gallery and field is None:
            return _unknown(guard.user)
        if not guard.may_upload(field):
            return denied(guard.user)
    going = Going(request, upload, guard=guard, field=field)
    try:
        return ANSWERS[method](going)
    except tus.WrongHeader as error:
        return protocol.wrong_header(error)
    except resumable.Over:
        return protocol.over()
    except resumable.Moved as moved:
        return _moved(moved.offset)


def _unknown(user: Any) -> JsonResponse:
    if not user.is_authenticated:
        return denied(user)
    message = _("There is no such upload: choose the file again.")
    return refusal(message, code="unknown", status=404)


def _moved(offset: int) -> HttpResponse:
    message = _("The upload is at another place by now: ask how far it is, and go on from there.")
    response = refusal(message, code="offset", status=protocol.CONFLICT, limit=offset)
    response["Upload-Offset"] = str(offset)
    return response


def _head(going: Going) -> HttpResponse:
    upload = going.upload
    _refuse_over(upload, timezone.now())
    response = protocol.standing(upload, status=200)
    response["Upload-Length"] = str(upload.length)
    if upload.metadata:
        response["Upload-Metadata"] = upload.metadata
    return response


def _patch(going: Going) -> HttpResponse:
    if going.request.content_type != tus.CONTENT_TYPE:
        message = f"Send Content-Type: {tus.CONTENT_TYPE}."
        return refusal(message, code="protocol", status=protocol.WRONG_TYPE)
    return take_part(going, offset=tus.number(going.request.headers, "Upload-Offset"))


def _delete(going: Going) -> HttpResponse:
    _refuse_over(going.upload, timezone.now())
    resumable.give_up(going.upload, now=timezone.now())
    return HttpResponse(status=protocol.EMPTY)


def _post(going: Going) -> HttpResponse:
    if going.upload.refusal:
        return JsonResponse(going.upload.refusal, status=protocol.BAD)
    return _answered(going, lambda image: JsonResponse(image, status=protocol.CREATED))


ANSWERS: dict[str, Callable[[Going], HttpResponse]] = {
    "HEAD": _head,
    "PATCH": _patch,
    "DELETE": _delete,
    "POST": _post,
}


def take_part(going: Going, *, offset: int) -> HttpResponse:
    """
    Add the body of a request to its upload; the last part makes the image.

    What is known to be in vain is refused before the body is read.
    """
    upload = going.upload
    if upload.offset != offset:
        raise resumable.Moved(upload.offset)
    _refuse_over(upload, timezone.now())
    if upload.refusal:
        return JsonResponse(upload.refusal, status=protocol.BAD)
    wanted = tus.checksum(going.request.headers.get("Upload-Checksum"))
    try:
        with body.received(going.request, most=upload.length - offset, checksum=wanted) as part:
            if part.size or not upload.is_whole:
                upload = resumable.add(
                    upload,
                    part.file,
                    size=part.size,
                    offset=offset,
                    lifetime=going.lifetime,
                    now=timezone.now(),
                )
    except body.Mismatch:
        message = _("A part of the file was changed on its way: send it again.")
        return refusal(message, code="checksum", status=tus.MISMATCH)
    except body.TooLong:
        message = _("More was sent than the file has bytes: choose the file again.")
        return refusal(message, code="length", status=protocol.TOO_LARGE)
    except body.WithoutLength:
        return refusal("Send Content-Length.", code="protocol", status=protocol.WANTS_LENGTH)
    except UploadRefused as error:
        return _refused(error)
    response = protocol.standing(upload)
    if not upload.is_whole:
        return response
    return _answered(Going(going.request, upload, going.guard, going.field), lambda _: response)


def _answered(going: Going, answer: Callable[[dict[str, Any]], HttpResponse]) -> HttpResponse:
    """Answer with the image that an upload has become, made now where it was not yet."""
    user = going.guard.user
    try:
        image = resumable.finish(
            going.upload, field=going.field, lifetime=going.lifetime, now=timezone.now()
        )
    except UploadRefused as error:
        return _refused(error)
    except (resumable.Moved, resumable.Over):
        raise
    except Exception:
        # What went wrong is for the log; all that was sent is still there.
        logger.exception("An upload in parts by %s could not become an image", user)
        message = _("The picture could not be stored. What was sent is kept: try again later.")
        return refusal(message, code="failed", status=FAILED)
    return answer(told(image, user=user))


def _refused(error: UploadRefused) -> HttpResponse:
    return refusal(error, code=error.code, limit=error.limit, status=protocol.BAD)


def _refuse_over(upload: PartialUpload, now: datetime) -> None:
    """Raise Over for what has ended, but for what may still be asked for by who missed the answer."""
    if upload.expires_at <= now:
        raise resumable.Over
    if upload.ended_at is not None and not (upload.image_key or upload.refusal):
        raise resumable.Over
