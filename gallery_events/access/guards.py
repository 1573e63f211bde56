"""The policy as asked for one person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gallery_events import conf, history
from gallery_events.access.policies import Access
from gallery_events.models import AbstractImage

#: Who tells a program from a request: without it in MIDDLEWARE nobody is taken for a program.
MIDDLEWARE = "simple_history.middleware.HistoryRequestMiddleware"


class Guard:
    """
    The policy as asked for one person; everything is granted to a program.

    Made by :func:`guard` for one request: it must not outlive it.
    """

    def __init__(self, user: Any, *, trusted: bool = False) -> None:
        self.user = user
        self.trusted = trusted
        self.policy = conf.current().access()

    def may_upload(self, field: Any) -> bool:
        """Tell whether an image may be uploaded for a gallery."""
        return bool(self.trusted or self.policy.may_upload(self.user, field))

    def may_use(self, image: Any, owner: Any) -> bool:
        """Tell whether an image may be put into a gallery of *owner*."""
        return bool(self.trusted or self.policy.may_use(self.user, image, owner))

    def may_edit(self, image: Any) -> bool:
        """Tell whether alt text and caption may be changed, or an edited image made."""
        return bool(self.trusted or self.policy.may_edit(self.user, image))

    def may_see(self, image: Any) -> bool:
        """Tell whether an image may be seen."""
        return bool(self.trusted or self.policy.may_see(self.user, image))

    def visible(self, images: Iterable[AbstractImage]) -> set[Any]:
        """Return the keys of those images, all of one model, that may be seen."""
        images = list(images)
        if self.trusted:
            return {image.pk for image in images}
        if not hasattr(self.policy, "visible"):
            return Access.visible(self.policy, self.user, images)
        return set(self.policy.visible(self.user, images))


def guard(user: Any = None) -> Guard:
    """
    Return the guard for a user; without one, for the user of the request under way.

    Where no request is under way a program asks, which is trusted, but only
    if HistoryRequestMiddleware is installed: otherwise a request could not be
    told from a program, and is treated as anonymous.
    """
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - once apps are ready

    if user is not None:
        return Guard(user)
    request = history.request_under_way()
    if request is not None:
        return guard_of(request)
    return Guard(AnonymousUser(), trusted=MIDDLEWARE in settings.MIDDLEWARE)


def guard_of(request: HttpRequest) -> Guard:
    """Return the guard for the user of a request; without authentication that is nobody."""
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - once apps are ready

    return Guard(getattr(request, "user", None) or AnonymousUser())
