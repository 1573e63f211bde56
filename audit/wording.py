"""What an entry says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.details import changes_in
from audit.labels import model_named
from gallery_events.domain.snapshots import Delta
from gallery_events.fields import gallery_fields

if TYPE_CHECKING:
    from audit.models import Entry

#: What each kind of entry is called; one that is not here is called by its own name.
KINDS: dict[str, Any] = {
    "snapshot_recorded": gettext_lazy("saved"),
    "witnessed_late": gettext_lazy("saved, and witnessed late"),
    "image_uploaded": gettext_lazy("image uploaded"),
    "image_edited": gettext_lazy("image edited"),
    "image_trashed": gettext_lazy("image put into the trash"),
    "image_rescued": gettext_lazy("image taken out of the trash"),
    "image_purged": gettext_lazy("image purged"),
    "files_removed": gettext_lazy("files removed"),
    "sweep_starting": gettext_lazy("sweep starting"),
    "sweep_finished": gettext_lazy("sweep finished"),
    "trail_pruned": gettext_lazy("trail pruned"),
}
#: What a snapshot says of a save beyond what it added, removed and moved.
EVENTS: dict[str, Any] = {
    "created": gettext_lazy("created"),
    "touched": gettext_lazy("galleries unchanged"),
    "deleted": gettext_lazy("deleted"),
    "undeleted": gettext_lazy("brought back"),
    "reconciled": gettext_lazy("reconciled with what the database held"),
    "baseline": gettext_lazy("recorded as it was found"),
}
#: The numbers of a sweep that are worth a line.
COUNTS = ("expired", "trashed", "rescued", "purged", "files_removed", "failed")


def kind_of(entry: Entry) -> str:
    """Return what happened, in a word or two."""
    return str(KINDS.get(entry.kind, entry.kind))


def headline(entry: Entry) -> str:
    """Return what happened to whom."""
    named = (entry.owner_model, entry.owner_key), (entry.image_model, entry.image_key)
    rows = [row_of(label, key) for label, key in named if label]
    return f"{rows[0]}: {kind_of(entry)}" if rows else kind_of(entry)


def row_of(label: str, key: str) -> str:
    """Return what a row is called by the name of its model and its key."""
    model = model_named(label)
    name = label if model is None else capfirst(str(model._meta.verbose_name))
    return f"{name} {key}".strip()


def summary(entry: Entry) -> str:
    """Return what an entry tells beside who and what: one line."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    if entry.event:
        return _of_save(entry, detail)
    if entry.kind == "sweep_finished":
        told = [f"{name.replace('_', ' ')} {detail[name]}" for name in COUNTS if detail.get(name)]
        return ", ".join(told) or str(detail.get("breaker") or _("nothing was due"))
    if entry.kind == "trail_pruned":
        return _("%(count)s entries, from %(first)s to %(last)s") % detail
    if entry.kind == "files_removed":
        number = len(detail.get("files", ()))
        return ngettext("%(number)s file", "%(number)s files", number) % {"number": number}
    if entry.kind == "image_uploaded":
        return filesizeformat(detail.get("size", 0))
    if entry.kind == "image_rescued" and entry.owner_model:
        return _("shown again")
    return str(detail.get("reason", ""))


def _of_save(entry: Entry, detail: dict[str, Any]) -> str:
    model: Any = model_named(entry.owner_model)
    several = model is None or len(gallery_fields(model)) > 1
    changes = [
        f"{name}: {_of_gallery(delta)}" if several else _of_gallery(delta)
        for name, delta in changes_in(detail).items()
    ]
    event = EVENTS.get(entry.event)
    if restored_from := detail.get("restored_from"):
        event = _("restored from version %(version)s") % {"version": restored_from}
    told = [str(event) if event else "", "; ".join(changes), str(detail.get("reason", ""))]
    return ": ".join(part for part in told if part)


def _of_gallery(delta: Delta) -> str:
    numbers = zip((_("added"), _("removed"), _("moved")), delta.counts, strict=True)
    return ", ".join(f"{word} {number}" for word, number in numbers if number)
