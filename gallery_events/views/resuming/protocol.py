"""What every request and answer of the protocol has in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from gallery_events import conf
from gallery_events.domain import tus
from gallery_events.models import PartialUpload
from gallery_events.views.describing import refusal

CREATED, EMPTY = 201, 204
BAD, GONE, TOO_LARGE = 400, 410, 413
NOT_ALLOWED, CONFLICT, WANTS_LENGTH, WRONG_VERSION, WRONG_TYPE = 405, 409, 411, 412, 415

View = Callable[..., HttpResponse]
#: Methods that a client which cannot send them may put into a header of a POST.
OVERRIDDEN = ("PATCH", "DELETE")


def speaks_tus(*, methods: tuple[str, ...], free: tuple[str, ...] = ()) -> Callable[[View], View]:
    """
    Let a view answer these methods, and OPTIONS, as the protocol says.

    *free* are methods that are none of the protocol: they need no version.
    The view is given the method that is meant. Where uploads in parts are
    switched off there is nothing.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = _refused(request, methods, free) or protected(
                request, *args, method=method_of(request), **kwargs
            )
            response["Tus-Resumable"] = tus.VERSION
            return response

        return answer

    return decorate


def method_of(request: HttpRequest) -> str:
    """Return the method that is meant."""
    method = request.method or ""
    meant = request.headers.get("X-HTTP-Method-Override", "").upper()
    return meant if method == "POST" and meant in OVERRIDDEN else method


def _refused(
    request: HttpRequest, methods: tuple[str, ...], free: tuple[str, ...]
) -> HttpResponse | None:
    if conf.current().RESUMABLE is False:
        message = _("Uploads in parts are switched off here: send the file as a whole.")
        return refusal(message, code="off", status=404)
    method = method_of(request)
    if method == "OPTIONS":
        return None
    if method not in methods:
        message = f"Send one of {', '.join(methods)}."
        response = refusal(message, code="method", status=NOT_ALLOWED)
        response["Allow"] = ", ".join((*methods, "OPTIONS"))
        return response
    if method not in free and request.headers.get("Tus-Resumable") != tus.VERSION:
        message = f"Send Tus-Resumable: {tus.VERSION}."
        response = refusal(message, code="version", status=WRONG_VERSION)
        response["Tus-Version"] = tus.VERSION
        return response
    return None


def capabilities(*, most: int) -> HttpResponse:
    """Return what can be done here, and how large a file may be."""
    response = HttpResponse(status=EMPTY)
    response["Tus-Version"] = tus.VERSION
    response["Tus-Extension"] = ",".join(tus.EXTENSIONS)
    response["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    response["Tus-Max-Size"] = str(most)
    return response


def standing(upload: PartialUpload, *, status: int = EMPTY) -> HttpResponse:
    """Return how far an upload is, and how long it waits."""
    response = HttpResponse(status=status)
    response["Upload-Offset"] = str(upload.offset)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def wrong_header(error: tus.WrongHeader) -> HttpResponse:
    """Return the refusal of a header that cannot be meant."""
    return refusal(error, code="protocol", status=BAD)


def over() -> HttpResponse:
    """Return the refusal of an upload that has ended."""
    message = _("This upload was given up or waited for too long: choose the file again.")
    return refusal(message, code="expired", status=GONE)
