"""One gallery as one request sent it, beside what is saved: all that decides what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from gallery_events import conf, galleries
from gallery_events.access import Guard
from gallery_events.domain.operations import Operations
from gallery_events.exceptions import SnapshotDoesNotExist
from gallery_events.fields import GalleryField
from gallery_events.forms import receipts, wording
from gallery_events.forms.cleaned import CleanedGallery
from gallery_events.widgets.posted import Posted, number, texts_shown

#: Beside the version a form has shown: only the order was, not what became of other fields.
ORDER = "order"


@dataclass
class Submission:
    """
    What came in for a gallery, with the owner it is for and the list saved now.

    *current* and *version* are as the owner was loaded, or as a form without
    an owner began. *received* and *conflict* are filled in by cleaning, so
    that the form can be shown again with nothing lost.
    """

    gallery: GalleryField
    posted: Posted
    guard: Guard
    owner: Any = None
    current: list[Any] = field(default_factory=list)
    version: int | None = None
    #: A whole list, where the widget is a plain one that shows and sends all ids.
    whole: list[Any] | None = None
    errors: list[ValidationError] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    received: list[Any] = field(default_factory=list)
    #: Keys of images that came once more, and were there: shown again as those that came now.
    sent_again: list[Any] = field(default_factory=list)
    #: Keys that were asked for, and that are not there or not allowed.
    unavailable: set[Any] = field(default_factory=set)
    cleaned: CleanedGallery | None = None
    #: Both orders, where they cannot be had together: mine and theirs.
    conflict: tuple[list[Any], list[Any]] | None = None
    #: The list that the form was about is not known: what it says of places means nothing.
    is_lost: bool = False
    #: Every conflict with what others saved has been put before the form's user.
    told: bool = False
    #: Texts that somebody changed meanwhile, and that this answer shows, by key and kind.
    told_texts: set[tuple[Any, str]] = field(default_factory=set)

    @cached_property
    def base_version(self) -> int | None:
        """The version that the form names; None when it names none, or none that can be read."""
        try:
            return number(self.posted.base)
        except ValueError:
            self.errors.append(wording.error("invalid_base", value=self.posted.base[:20]))
            self.is_lost = True
            return None

    @cached_property
    def base(self) -> list[Any]:
        """The list that the form was about."""
        version = self.base_version
        if version in (None, self.version) or self.owner is None or self.owner._state.adding:
            return list(self.current)
        try:
            found = galleries.snapshot(self.owner, version or 0)
        except SnapshotDoesNotExist:
            self.errors.append(wording.error("unknown_base", version=version))
            self.base_version, self.is_lost = self.version, True
            return list(self.current)
        return list(self.gallery.usable_keys(found.lists[self.gallery.name]))

    @cached_property
    def operations(self) -> Operations:
        """What is asked for, in keys; what cannot be one is an error."""
        if self.whole is not None:
            known = {*self.base, *self.current}
            added = tuple(key for key in self.whole if key not in known)
            return Operations({}, added, frozenset(self.base) - frozenset(self.whole))
        known = {*self.base, *self.current}
        places = {key: self._place(key, text) for key, text in self._keyed(self.posted.orders)}
        removed = frozenset(key for key, _ in self._keyed(dict.fromkeys(self.posted.removed, "")))
        added = tuple(key for key in places if key not in known)
        if self.is_lost:
            return Operations({}, self._never_used(added))
        # A number beside somebody else's addition would be about a list that it is not in.
        theirs = set(self.current) - set(self.base)
        wanted = {key: place for key, place in places.items() if key not in theirs}
        return Operations(wanted, added, removed)

    @cached_property
    def texts(self) -> dict[Any, dict[str, str]]:
        """The texts that came in, by key."""
        return {key: dict(texts) for key, texts in self._keyed(self.posted.texts)}

    @cached_property
    def texts_shown(self) -> dict[str, dict[str, str]]:
        """Digests of the texts that the form showed."""
        return texts_shown(self.posted.shown)

    @cached_property
    def sent_before(self) -> list[Any]:
        """Keys of images that came with this form when it failed, as its own signed word says."""
        return receipts.read(self)

    @cached_property
    def rows(self) -> dict[Any, Any]:
        """The images whose texts came in."""
        return self.gallery.images_by_key(list(self.texts), using=self.database)

    def called(self, images: Iterable[Any]) -> dict[Any, str]:
        """Return what images are called, by key; their number for who may not see them."""
        images = list(images)
        guarded = conf.current().SERVE == "view"
        visible = self.guard.visible(images) if guarded else {each.pk for each in images}
        return {each.pk: each.name for each in images if each.pk in visible and each.name}

    @property
    def database(self) -> str | None:
        """The database of the owner, where there is one."""
        return self.owner._state.db if self.owner is not None else None

    @property
    def has_seen_all(self) -> bool:
        """Tell whether the form has shown already whatever others saved."""
        return self.version is not None and self.posted.seen == str(self.version)

    @property
    def has_seen_order(self) -> bool:
        """Tell whether the form has shown already in which order others saved this gallery."""
        return self.has_seen_all or self.posted.seen == f"{self.version} {ORDER}"

    @property
    def seen(self) -> str:
        """What the form says it has shown when it comes back."""
        if self.told:
            return str(self.version)
        return f"{self.version} {ORDER}" if self.conflict is not None else ""

    def _never_used(self, keys: Iterable[Any]) -> tuple[Any, ...]:
        """Return those that no gallery has had lately: additions, not what others took out."""
        rows = self.gallery.image_model._base_manager.using(self.database)
        unused = rows.filter(pk__in=list(keys), references__isnull=True)
        found = set(unused.values_list("pk", flat=True))
        return tuple(key for key in keys if key in found)

    def _keyed(self, entries: dict[str, Any]) -> Iterable[tuple[Any, Any]]:
        for text, value in entries.items():
            try:
                yield self.gallery.to_key(text), value
            except ValueError:
                self.errors.append(wording.error("invalid_key", value=text[:40]))

    def _place(self, key: Any, text: str) -> int | None:
        try:
            return number(text)
        except ValueError:
            self.errors.append(wording.error("invalid_place", value=text[:20], key=key))
            return None
