"""What Django refuses before any view is asked, told in a sentence with its cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    ImproperlyConfigured,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults

from gallery_events.views.describing import refusal

STATUS = 413
#: What programs post to.
POSTED = ("edit", "partial", "resume", "upload")


@dataclass(frozen=True, slots=True)
class Excess:
    """Something of which too much was sent, and the setting that says how much is allowed."""

    code: str
    setting: str
    message: Promise
    cure: Promise


#: What Django counts in a request.
EXCESSES: dict[type[Exception], Excess] = {
    TooManyFieldsSent: Excess(
        "fields",
        "DATA_UPLOAD_MAX_NUMBER_FIELDS",
        gettext_lazy("The form has more entries than are accepted at once (%(limit)s)."),
        gettext_lazy("Change it in smaller steps: fewer pictures at a time, and save in between."),
    ),
    TooManyFilesSent: Excess(
        "files",
        "DATA_UPLOAD_MAX_NUMBER_FILES",
        gettext_lazy("You sent more files than are accepted at once (%(limit)s)."),
        gettext_lazy("Choose fewer files at a time, and save in between."),
    ),
    RequestDataTooBig: Excess(
        "bytes",
        "DATA_UPLOAD_MAX_MEMORY_SIZE",
        gettext_lazy("The text in the form is longer than is accepted at once (%(limit)s)."),
        gettext_lazy("Shorten it, or change fewer pictures at a time, and save in between."),
    ),
}


def bad_request(
    request: HttpRequest,
    exception: Exception,
    template_name: str = defaults.ERROR_400_TEMPLATE_NAME,
) -> HttpResponse:
    """
    Say what was too much in a request, which is kept from nobody: a page, or JSON.

    Write ``handler400 = "gallery_events.views.bad_request"`` in the root
    URLconf. Any other bad request gets Django's own page. With DEBUG on,
    Django shows its technical page and does not ask.
    """
    excess = next((each for kind, each in EXCESSES.items() if isinstance(exception, kind)), None)
    if excess is None:
        if _expects_json(request):
            message = _("The request could not be read: send it again.")
            return refusal(message, code="unreadable", status=400)
        return defaults.bad_request(request, exception, template_name)
    limit = getattr(settings, excess.setting)
    told = filesizeformat(limit) if excess.code == "bytes" else limit
    message = str(excess.message) % {"limit": told}
    if _expects_json(request):
        return refusal(f"{message} {excess.cure}", code=excess.code, status=STATUS, limit=limit)
    context = {
        "message": message,
        "cure": excess.cure,
        "excess": excess,
        "limit": str(limit),  # as a setting is written, not as numbers are in the reader's language
        "is_staff": _is_staff(request),
        "stylesheet": _stylesheet(),
    }
    return render(request, "gallery_events/too_much.html", context, status=STATUS)


def _expects_json(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is not None and match.app_names == ["gallery_events"] and match.url_name in POSTED:
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _stylesheet() -> str:
    """Return where the style sheet is; none where it was not collected, for the page needs none."""
    try:
        return static("gallery_events/notice.css")
    except (ImproperlyConfigured, ValueError):
        return ""


def _is_staff(request: HttpRequest) -> bool:
    user: Any = getattr(request, "user", None)
    return bool(user is not None and user.is_active and user.is_staff)
