"""An upload in parts begins."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gallery_events import access, conf
from gallery_events.domain import tus
from gallery_events.exceptions import UploadRefused
from gallery_events.fields import GalleryField
from gallery_events.fields.acceptance import Acceptance
from gallery_events.fields.addresses import gallery_of, partial_url
from gallery_events.flows import resumable
from gallery_events.views.describing import refusal
from gallery_events.views.resuming.body import declared
from gallery_events.views.resuming.going_on import Going, take_part
from gallery_events.views.resuming.protocol import (
    BAD,
    CREATED,
    EMPTY,
    TOO_LARGE,
    capabilities,
    speaks_tus,
    standing,
    wrong_header,
)
from gallery_events.views.upload import denied


# What is written must stand, whatever becomes of the rest of the request.
@transaction.non_atomic_requests
@never_cache
@speaks_tus(methods=("POST",))
def resume_view(request: HttpRequest, field: str | None = None, *, method: str) -> HttpResponse:
    """
    Begin an upload in parts: 201, and its address in ``Location``.

    *field* is the signed label of the gallery it is meant for. The first part
    may come with it. OPTIONS tells what can be done here. Errors are JSON:
    400 for a header that cannot be meant, 413 for a file that is too large,
    401 and 403 by the policy, 404 for a gallery that is not known.
    """
    gallery = None if field is None else gallery_of(field)
    if field is not None and gallery is None:
        message = _("This gallery is not known. Load the page again, then choose the file again.")
        return refusal(message, code="unknown", status=404)
    if method == "OPTIONS":
        accepted = Acceptance() if gallery is None else gallery.acceptance
        return capabilities(most=accepted.most_bytes(conf.current()))
    guard = access.guard_of(request)
    if not guard.may_upload(gallery):
        return denied(guard.user)
    try:
        return _begun(request, gallery, guard=guard)
    except tus.WrongHeader as error:
        return wrong_header(error)
    except UploadRefused as error:
        status = TOO_LARGE if error.code == "bytes" else BAD
        return refusal(error, code=error.code, limit=error.limit, status=status)


def _begun(
    request: HttpRequest, gallery: GalleryField | None, *, guard: access.Guard
) -> HttpResponse:
    told = request.headers.get("Upload-Metadata", "")
    now, lifetime = timezone.now(), conf.current().lifetime
    upload = resumable.begin(
        tus.number(request.headers, "Upload-Length"),
        name=tus.metadata(told).get("filename", ""),
        metadata=told,
        user=guard.user,
        field=gallery,
        lifetime=lifetime,
        now=now,
    )
    response = standing(upload)
    if request.content_type == tus.CONTENT_TYPE and declared(request) != 0:
        response = take_part(Going(request, upload, guard=guard, field=gallery), offset=0)
    if response.status_code == EMPTY:
        response.status_code = CREATED
        response["Location"] = partial_url(upload.token)
    return response
