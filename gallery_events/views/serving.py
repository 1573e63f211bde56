"""The files of images, sent to those who may see them."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from django.core.exceptions import SuspiciousFileOperation
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gallery_events import conf
from gallery_events.domain.byte_ranges import Part, Unsatisfiable, wanted
from gallery_events.views.chunks import AsyncChunks, Chunks
from gallery_events.views.finding import visible_image
from gallery_events.views.served import DRAWING, SHOWN, Served, served

logger = logging.getLogger("gallery_events.serving")

#: A browser asks again after so many seconds, so a withdrawn right takes effect by then.
MAX_AGE = 300
#: Nothing of a file may run or fetch, whatever a browser takes it for. A drawing has its own styles.
POLICY = "default-src 'none'; sandbox"
POLICIES = {DRAWING: "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
#: What a storage raises when it has no such file.
GONE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation)


@require_safe
def file_view(request: HttpRequest, model: str, pk: str, rendition: str) -> HttpResponseBase:
    """
    Send the file of an image, or one of its renditions, to whoever may see it.

    Works where SERVE is "view"; elsewhere nothing links here, and a second
    way to the files would only be one more to guard: 404. One range is
    answered by 206, several by the whole.
    """
    image = visible_image(request, model, pk) if conf.serves_itself() else None
    file = None if image is None else served(image, rendition)
    if image is None or file is None:
        return _missing()
    response: HttpResponseBase = (
        get_conditional_response(request, etag=file.etag, last_modified=file.modified)
        or _handed_over(file, image)
        or _sent(request, file)
    )
    if response.status_code in (200, 206, 304):
        _describe(response, file)
    return response


def _handed_over(what: Served, image: Any) -> HttpResponse | None:
    """Return the answer that lets the web server send the file; None when Django must."""
    settings = conf.current()
    if settings.SENDFILE is None:
        return None
    header, prefix = settings.SENDFILE
    if header == conf.ACCEL:
        # The prefix stands for one place: files of another storage are not there.
        if image.storage != settings.STORAGE:
            return None
        target = prefix + quote(what.name)
    else:
        try:
            target = quote(what.storage.path(what.name))
        except (NotImplementedError, SuspiciousFileOperation):
            return None
    response = HttpResponse()
    response.headers[header] = target
    return response


def _sent(request: HttpRequest, what: Served) -> HttpResponseBase:
    response: HttpResponseBase
    try:
        file = what.storage.open(what.name)
    except GONE:
        logger.exception("The file %s is not in its storage", what.name)
        return _missing()
    try:
        size = _size(file)
        part = _part(request, what, size)
    except Unsatisfiable:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        patch_cache_control(response, private=True, no_store=True)
        return response
    except BaseException:
        file.close()
        raise
    if request.method == "HEAD":
        file.close()
        response = HttpResponse()
    else:
        response = _stream(request, file, part, size)
    if size is not None:
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Content-Length"] = str(part.length if part else size)
    return response


def _stream(
    request: HttpRequest, file: Any, part: Part | None, size: int | None
) -> StreamingHttpResponse:
    chunks = Chunks(file, start=part.start, length=part.length) if part else Chunks(file)
    streamed = AsyncChunks(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(streamed, status=206 if part else 200)
    if part and size is not None:
        response.headers["Content-Range"] = part.content_range(size)
    return response


def _part(request: HttpRequest, what: Served, size: int | None) -> Part | None:
    asked = request.headers.get("Range")
    if asked is None or size is None or request.method != "GET":
        return None
    return wanted(asked, size) if _is_the_same(request, what) else None


def _is_the_same(request: HttpRequest, what: Served) -> bool:
    """Tell whether the part continues what the browser has begun to load."""
    known = request.headers.get("If-Range")
    if known is None or known == what.etag:
        return True
    return parse_http_date_safe(known) == what.modified


def _size(file: Any) -> int | None:
    try:
        return int(file.size)
    except (AttributeError, NotImplementedError, OSError, TypeError):
        return None  # a stream, of a storage that does not know


def _describe(response: HttpResponseBase, what: Served) -> None:
    headers = response.headers
    headers["ETag"] = what.etag
    headers["Last-Modified"] = http_date(what.modified)
    patch_cache_control(response, private=True, max_age=MAX_AGE, must_revalidate=True)
    patch_vary_headers(response, ["Cookie"])
    if response.status_code == 304:
        return
    headers["Content-Type"] = what.content_type
    headers["Content-Disposition"] = str(
        content_disposition_header(what.content_type not in SHOWN, what.file_name)
    )
    # Compressing gains nothing, and parts of a compressed file are parts of another one.
    headers["Content-Encoding"] = "identity"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = POLICIES.get(what.content_type, POLICY)


def _missing() -> HttpResponse:
    response = HttpResponse(_("There is no such image."), status=404, content_type="text/plain")
    patch_cache_control(response, private=True, no_store=True)
    # The session adds it when the user was looked at: it would tell what exists from what does not.
    patch_vary_headers(response, ["Cookie"])
    return response
