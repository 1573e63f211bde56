"""Saves in words: what happened, where it came from, how many images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

#: What each event of a snapshot is called.
EVENTS: dict[str, Any] = {
    "created": gettext_lazy("Created"),
    "images_added": gettext_lazy("Images added"),
    "images_removed": gettext_lazy("Images removed"),
    "images_reordered": gettext_lazy("Images put in another order"),
    "images_changed": gettext_lazy("Images changed"),
    "touched": gettext_lazy("Saved, galleries unchanged"),
    "restored": gettext_lazy("Restored"),
    "deleted": gettext_lazy("Deleted"),
    "undeleted": gettext_lazy("Brought back"),
    "reconciled": gettext_lazy("Reconciled with what the database held"),
    "baseline": gettext_lazy("Recorded as it was found"),
}
#: Where a save came from; what is not here is shown by its own name.
SOURCES: dict[str, Any] = {
    "admin": gettext_lazy("in the admin"),
    "web": gettext_lazy("on the site"),
    "code": gettext_lazy("by a program"),
    "restore": gettext_lazy("by a restore"),
    "reconcile": gettext_lazy("by a reconciliation"),
}

#: Says what became of so many images, by kind of change.
Counted = dict[str, Callable[[int], str]]

#: Of a save that was made.
WAS_DONE: Counted = {
    "added": lambda n: ngettext("%(n)s image added", "%(n)s images added", n) % {"n": n},
    "removed": lambda n: ngettext("%(n)s image removed", "%(n)s images removed", n) % {"n": n},
    "moved": lambda n: ngettext("%(n)s image moved", "%(n)s images moved", n) % {"n": n},
}
#: Of a restore that may be made.
WOULD_BE: Counted = {
    "added": lambda n: ngettext("%(n)s image comes back", "%(n)s images come back", n) % {"n": n},
    "removed": lambda n: ngettext("%(n)s image goes away", "%(n)s images go away", n) % {"n": n},
    "moved": lambda n: ngettext("%(n)s image moves", "%(n)s images move", n) % {"n": n},
}


def event_words(event: str) -> str:
    """Return what a save did, in words."""
    return str(EVENTS.get(event, event))


def source_words(source: str) -> str:
    """Return where a save came from, in words."""
    return str(SOURCES.get(source, source))


def more_words(count: int) -> str:
    """Return how many images are not shown; nothing when all are."""
    return _("and %(count)s more") % {"count": count} if count > 0 else ""


def name_of(row: Any) -> str:
    """
    Return what a row calls itself.

    The row of a snapshot may be unable to say it: what its name is made of
    may be gone. It is then called by its model and key.
    """
    try:
        name = str(row)
    except Exception:  # noqa: BLE001 - a project's __str__ may follow rows that are gone
        name = ""
    return name or f"{capfirst(row._meta.verbose_name)} {row.pk}"
