"""The page for monitors: how the sweep is doing."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallery_events import conf
from gallery_events.flows.health import MAX_AGE, health

PERMISSION = "gallery_events.view_sweeprun"


@never_cache
@require_safe
def health_view(request: HttpRequest) -> JsonResponse:
    """
    Tell a monitor how the sweep is doing: 200 when all is well, else 503, as JSON.

    ``?max-age=HOURS`` says how old the last successful run may be. For whoever
    may see runs, or brings HEALTH_TOKEN as ``Authorization: Bearer ...``.
    """
    if not _may_ask(request):
        raise PermissionDenied
    try:
        max_age = timedelta(hours=float(request.GET["max-age"]))
    except (KeyError, ValueError, OverflowError):
        max_age = MAX_AGE
    found = health(now=timezone.now(), max_age=max_age)
    return JsonResponse(found.as_json(), status=200 if found.is_well else 503)


def _may_ask(request: HttpRequest) -> bool:
    token = conf.current().HEALTH_TOKEN
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and constant_time_compare(given.strip(), token):
        return True
    user = getattr(request, "user", None)
    return user is not None and user.is_active and user.has_perm(PERMISSION)
