"""Where images stand in their life, for a whole page of a list: few queries, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gallery_events import access, conf, uses
from gallery_events.domain.outlook import Station, earliest_purge
from gallery_events.domain.retention import RetentionPolicy, never
from gallery_events.flows.steps import changes
from gallery_events.references import reference_model

#: Under which name an image carries its standing while a list is made.
STANDING = "_gallery_standing"


def day(moment: datetime) -> str:
    """Return the day of a moment as the reader's language writes it."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return date_format(local, "DATE_FORMAT")


@dataclass(slots=True)
class Standing:
    """
    What a list says of one image.

    *current* galleries show it, *recent* did within what is kept; *named* are
    the other things that name it, *unknown* why nobody can say. *visible*
    tells whether the policy lets the reader see it.
    """

    image: Any
    now: datetime
    policy: RetentionPolicy
    visible: bool = True
    current: int = 0
    recent: int = 0
    named: Sequence[str] = field(default_factory=list)
    unknown: str = ""

    def badge(self) -> tuple[str, str]:
        """Return the kind of its state, and the state in a word or two."""
        if self.image.trashed_at is not None:
            return "trash", _("in the trash")
        if self.current or self.named:
            return "use", _("in use")
        if self.recent:
            return "use", _("kept by history")
        if self.is_pinned:
            return "pin", _("pinned")
        return "waiting", _("waiting")

    @property
    def is_pinned(self) -> bool:
        """Whether a pin keeps it."""
        until = self.image.pinned_until
        return until is not None and until > self.now

    def words(self) -> list[str]:
        """Say the rest: since when, until when, by what."""
        if self.image.trashed_at is not None:
            told = [_("since %(day)s") % {"day": day(self.image.trashed_at)}, self._gone()]
        elif self.current or self.named or self.recent:
            told = self._used()
        elif self.unknown:
            told = [_("kept as long as nobody knows whether it is used")]
        else:
            told = [] if self.is_pinned else [self._waiting()]
        if self.is_pinned:
            told.append(_("pinned until %(day)s") % {"day": day(self.image.pinned_until)})
        return told

    def shown(self) -> SafeString:
        """Show it: the badge, and the rest below."""
        kind, word = self.badge()
        rest = " · ".join(self.words())
        badge = '<span class="gallery-state gallery-state-{}">{}</span> '
        return format_html(
            badge + '<span class="gallery-rest" dir="auto">{}</span>', kind, word, rest
        )

    def _used(self) -> list[str]:
        told = []
        if self.current:
            words = ngettext("in %(count)s gallery", "in %(count)s galleries", self.current)
            told.append(words % {"count": self.current})
        if self.recent:
            words = ngettext(
                "by %(count)s earlier version", "by %(count)s earlier versions", self.recent
            )
            told.append(words % {"count": self.recent})
        return told + list(self.named[:2])

    def _waiting(self) -> str:
        due = self.image.review_after
        if due is None:
            return _("nothing names it, and no sweep will look at it: run gallery_rebuild")
        if due >= never(like=due):
            return _("no end")
        if due <= self.now:
            return _("for the next sweep")
        return _("until %(day)s") % {"day": day(due)}

    def _gone(self) -> str:
        station = Station(
            review_after=self.image.review_after,
            trashed_at=self.image.trashed_at,
            pinned_until=self.image.pinned_until,
        )
        earliest = earliest_purge(station, self.policy, now=self.now)
        if earliest is None:
            return _("the trash is never emptied")
        return _("gone on %(day)s at the earliest") % {"day": day(earliest)}


def standings(images: Sequence[Any], *, user: Any, now: datetime) -> dict[Any, Standing]:
    """Return where images of one model stand, by key; the queries depend on the models there are."""
    if not images:
        return {}
    model, using = type(images[0]), images[0]._state.db
    settings, _notes = changes.in_effect(conf.current(), now=now)
    visible = access.guard(user).visible(images)
    found = {
        image.pk: Standing(image, now, settings.retention, visible=image.pk in visible)
        for image in images
    }
    references = reference_model(model._meta.concrete_model)._base_manager.using(using)
    counted = (
        references.filter(image__in=list(found))
        .order_by()
        .values("image_id")
        .annotate(
            current=Count("pk", filter=Q(until__isnull=True)),
            recent=Count("pk", filter=Q(until__isnull=False)),
        )
    )
    for row in counted:
        each = found[row["image_id"]]
        each.current, each.recent = row["current"], row["recent"]
    others = uses.find(images, settings=settings, now=now, using=using)
    for key, each in found.items():
        each.named, each.unknown = others.named.get(key, []), others.unknown.get(key, "")
    return found


class ImagesPage(ChangeList):
    """A page of images that knows where each of them stands."""

    def get_results(self, request: Any) -> None:
        """Read the page, and then what is said of its images."""
        super().get_results(request)
        images = list(self.result_list)
        found = standings(images, user=request.user, now=timezone.now())
        for image in self.result_list:
            image.__dict__[STANDING] = found[image.pk]
