"""Who may upload, use, edit and see: asked by forms, views, admin and JSON; denied by default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from gallery_events import conf, history
from gallery_events.models import AbstractImage

__all__ = ["Access", "Guard", "OwnerAccess", "guard"]

#: Who tells a program from a request: without it in MIDDLEWARE nobody is taken for a program.
MIDDLEWARE = "simple_history.middleware.HistoryRequestMiddleware"


class Access:
    """
    The policy that ``GALLERY_EVENTS["ACCESS"]`` names: grants nothing until a subclass does.

    *user* is a user, anonymous ones included. The answers must not depend on
    anything but their arguments and the database.
    """

    def may_upload(self, user: Any, field: Any) -> bool:
        """Tell whether a user may upload an image for a gallery; *field* may be None."""
        return False

    def may_use(self, user: Any, image: Any, owner: Any) -> bool:
        """Tell whether a user may put an image into a gallery of *owner*, which may be new."""
        return False

    def may_edit(self, user: Any, image: Any) -> bool:
        """Tell whether a user may change alt text and caption, or make an edited image of one."""
        return False

    def may_see(self, user: Any, image: Any) -> bool:
        """Tell whether a user may see an image; asked where SERVE is "view", and by JSON."""
        return False

    def visible(self, user: Any, images: Iterable[Any]) -> set[Any]:
        """Return the keys of those images that a user may see: many at once."""
        return {image.pk for image in images if self.may_see(user, image)}


class OwnerAccess(Access):
    """One's own images, and those that permissions give."""

    def may_upload(self, user: Any, field: Any) -> bool:
        """Allow whoever is logged in."""
        return _is_active(user)

    def may_use(self, user: Any, image: Any, owner: Any) -> bool:
        """Allow one's own, and all for whoever may change images."""
        return self.may_edit(user, image)

    def may_edit(self, user: Any, image: Any) -> bool:
        """Allow one's own, and all for whoever may change images."""
        return _is_active(user) and (_is_own(user, image) or _permits(user, "change", image))

    def may_see(self, user: Any, image: Any) -> bool:
        """Allow one's own, and all for whoever may view or change images."""
        return self.may_edit(user, image) or (_is_active(user) and _permits(user, "view", image))


class Guard:
    """
    The policy as asked for one person; everything is granted to a program.

    Made by :func:`guard`.
    """

    def __init__(self, user: Any, *, trusted: bool = False) -> None:
        self.user = user
        self.trusted = trusted
        self.policy = conf.current().access()

    def may_upload(self, field: Any) -> bool:
        """Tell whether an image may be uploaded for a gallery."""
        return self.trusted or self.policy.may_upload(self.user, field)

    def may_use(self, image: Any, owner: Any) -> bool:
        """Tell whether an image may be put into a gallery of *owner*."""
        return self.trusted or self.policy.may_use(self.user, image, owner)

    def may_edit(self, image: Any) -> bool:
        """Tell whether alt text and caption may be changed, or an edited image made."""
        return self.trusted or self.policy.may_edit(self.user, image)

    def may_see(self, image: Any) -> bool:
        """Tell whether an image may be seen."""
        return self.trusted or self.policy.may_see(self.user, image)

    def visible(self, images: Iterable[AbstractImage]) -> set[Any]:
        """Return the keys of those images that may be seen."""
        images = list(images)
        if self.trusted:
            return {image.pk for image in images}
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
        return Guard(getattr(request, "user", None) or AnonymousUser())
    return Guard(AnonymousUser(), trusted=MIDDLEWARE in settings.MIDDLEWARE)


def _is_active(user: Any) -> bool:
    return bool(user is not None and user.is_authenticated and user.is_active)


def _is_own(user: Any, image: Any) -> bool:
    return image.uploaded_by_id is not None and image.uploaded_by_id == user.pk


def _permits(user: Any, deed: str, image: Any) -> bool:
    meta = image._meta.concrete_model._meta
    return bool(user.has_perm(f"{meta.app_label}.{deed}_{meta.model_name}"))
