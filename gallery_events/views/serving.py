"""The files of images, sent to those who may see them."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gallery_events import conf
from gallery_events.domain.byte_ranges import Part, Unsatisfiable, wanted
from gallery_events.fields.addresses import ORIGINAL
from gallery_events.imaging.names import cleaned
from gallery_events.models import AbstractImage
from gallery_events.views.chunks import AsyncChunks, Chunks
from gallery_events.views.finding import visible_image

logger = logging.getLogger("gallery_events.serving")

#: A browser asks again after so many seconds, so a withdrawn right takes effect by then.
MAX_AGE = 300
#: What a browser may show, with the extension that its name gets; anything else is downloaded.
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
UNKNOWN = "application/octet-stream"
#: What a storage raises when it has no such file.
GONE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation)


@dataclass(frozen=True, slots=True)
class Served:
    """One file of an image, as it is sent."""

    storage: Storage
    name: str
    content_type: str
    file_name: str
    etag: str
    modified: int


@require_safe
def file_view(request: HttpRequest, model: str, pk: str, rendition: str) -> HttpResponseBase:
    """
    Send the file of an image, or one of its renditions, to whoever may see it.

    Works where SERVE is "view"; elsewhere nothing links here, and a second
    way to the files would only be one more to guard: 404. One range is
    answered by 206, several by the whole.
    """
    image = visible_image(request, model, pk) if conf.serves_itself() else None
    served = None if image is None else _served(image, rendition)
    if image is None or served is None:
        return _missing()
    response: HttpResponseBase = (
        get_conditional_response(request, etag=served.etag, last_modified=served.modified)
        or _handed_over(served, image)
        or _sent(request, served)
    )
    if response.status_code in (200, 206, 304):
        _describe(response, served)
    return response


def _served(image: AbstractImage, rendition: str) -> Served | None:
    if rendition == ORIGINAL:
        name, content_type, stem = image.file.name, image.content_type, ""
    elif made := image.renditions.get(rendition):
        name, content_type, stem = made["name"], made.get("content_type", ""), f"-{rendition}"
    else:
        return None
    if not name:
        return None
    digest = image.sha256 if rendition == ORIGINAL and image.sha256 else _digest(name)
    return Served(
        storage=image.file.storage,
        name=name,
        content_type=content_type if content_type in EXTENSIONS else UNKNOWN,
        file_name=_file_name(image, stem, EXTENSIONS.get(content_type, "bin")),
        etag=f'"{digest}"',
        modified=int(image.uploaded_at.timestamp()),
    )


def _digest(name: str) -> str:
    # The name of a file is never used again, so it stands for what is in it.
    return hashlib.sha256(name.encode()).hexdigest()


def _file_name(image: AbstractImage, suffix: str, extension: str) -> str:
    """Return a name to save the file under: whatever the sender called it, it ends as an image."""
    stem, dot, given = cleaned(image.name).rpartition(".")
    if not dot:
        stem = given
    elif given.lower() not in ("jpg", "jpeg", "png", "gif", "webp"):
        stem = f"{stem}.{given}"
    return f"{stem or 'image'}{suffix}.{extension}"


def _handed_over(served: Served, image: Any) -> HttpResponse | None:
    """Return the answer that lets the web server send the file; None when Django must."""
    settings = conf.current()
    if settings.SENDFILE is None:
        return None
    header, prefix = settings.SENDFILE
    if header == conf.ACCEL:
        # The prefix stands for one place: files of another storage are not there.
        if image.storage != settings.STORAGE:
            return None
        target = prefix + quote(served.name)
    else:
        try:
            target = quote(served.storage.path(served.name))
        except (NotImplementedError, SuspiciousFileOperation):
            return None
    response = HttpResponse()
    response.headers[header] = target
    return response


def _sent(request: HttpRequest, served: Served) -> HttpResponseBase:
    response: HttpResponseBase
    try:
        file = served.storage.open(served.name)
    except GONE:
        logger.exception("The file %s is not in its storage", served.name)
        return _missing()
    try:
        size = _size(file)
        part = _part(request, served, size)
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


def _part(request: HttpRequest, served: Served, size: int | None) -> Part | None:
    asked = request.headers.get("Range")
    if asked is None or size is None or request.method != "GET":
        return None
    return wanted(asked, size) if _is_the_same(request, served) else None


def _is_the_same(request: HttpRequest, served: Served) -> bool:
    """Tell whether the part continues what the browser has begun to load."""
    known = request.headers.get("If-Range")
    if known is None or known == served.etag:
        return True
    return parse_http_date_safe(known) == served.modified


def _size(file: Any) -> int | None:
    try:
        return int(file.size)
    except (AttributeError, NotImplementedError, OSError, TypeError):
        return None  # a stream, of a storage that does not know


def _describe(response: HttpResponseBase, served: Served) -> None:
    headers = response.headers
    headers["ETag"] = served.etag
    headers["Last-Modified"] = http_date(served.modified)
    patch_cache_control(response, private=True, max_age=MAX_AGE, must_revalidate=True)
    patch_vary_headers(response, ["Cookie"])
    if response.status_code == 304:
        return
    headers["Content-Type"] = served.content_type
    headers["Content-Disposition"] = str(
        content_disposition_header(served.content_type == UNKNOWN, served.file_name)
    )
    # Compressing gains nothing, and parts of a compressed file are parts of another one.
    headers["Content-Encoding"] = "identity"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"


def _missing() -> HttpResponse:
    response = HttpResponse(_("There is no such image."), status=404, content_type="text/plain")
    patch_cache_control(response, private=True, no_store=True)
    return response
