"""The policies that ``GALLERY_EVENTS["ACCESS"]`` can name; a project writes its own beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gallery_events.access.rights import is_active, may_change, visible


def _depth(policy: type[Access], name: str) -> int:
    """Return how far up the classes a method comes from."""
    return next(i for i, each in enumerate(policy.__mro__) if name in vars(each))


class Access:
    """
    The policy that ``GALLERY_EVENTS["ACCESS"]`` names: grants nothing until a subclass does.

    *user* is a user, anonymous ones included. The answers must not depend on
    anything but their arguments and the database.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Keep many images from being judged by another rule than one is."""
        super().__init_subclass__(**kwargs)
        if _depth(cls, "may_see") < _depth(cls, "visible"):
            # The inherited one is of a class whose may_see was overridden.
            cls.visible = Access.visible  # type: ignore[method-assign]

    def may_upload(self, user: Any, field: Any) -> bool:
        """Tell whether a user may upload an image for a gallery; *field* may be None."""
        return False

    def may_use(self, user: Any, image: Any, owner: Any) -> bool:
        """
        Tell whether a user may put an image into a gallery of *owner*, which may be new.

        Asked for additions only: what is in a gallery may stay there.
        """
        return False

    def may_edit(self, user: Any, image: Any) -> bool:
        """Tell whether a user may change alt text and caption, or make an edited image of one."""
        return False

    def may_see(self, user: Any, image: Any) -> bool:
        """Tell whether a user may see an image; asked where SERVE is "view", and by JSON."""
        return False

    def visible(self, user: Any, images: Iterable[Any]) -> set[Any]:
        """Return the keys of those images, all of one model, that a user may see."""
        return {image.pk for image in images if self.may_see(user, image)}


class OwnerAccess(Access):
    """
    One's own images, and those that permissions give.

    No rule follows from another: a subclass that overrides one of them
    changes that one only.
    """

    def may_upload(self, user: Any, field: Any) -> bool:
        """Allow whoever is logged in."""
        return is_active(user)

    def may_use(self, user: Any, image: Any, owner: Any) -> bool:
        """Allow one's own, and all for whoever may change images."""
        return may_change(user, image)

    def may_edit(self, user: Any, image: Any) -> bool:
        """Allow one's own, and all for whoever may change images."""
        return may_change(user, image)

    def may_see(self, user: Any, image: Any) -> bool:
        """
        Allow one's own, what is in a gallery that one may view, and all by permission.

        A gallery may be viewed by who may view or change its owner, by the
        permission for all owners of the model or for this one; who may also
        see histories sees what it held before.
        """
        return image.pk in visible(user, [image])

    def visible(self, user: Any, images: Iterable[Any]) -> set[Any]:
        """Return the same for many, in a number of queries that does not grow with theirs."""
        return visible(user, list(images))
