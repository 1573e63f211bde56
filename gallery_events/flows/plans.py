"""A save decided and not yet written: which version, which lists, what changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gallery_events import history, owners
from gallery_events.domain.snapshots import Delta, diff, event_of
from gallery_events.exceptions import StaleGallery
from gallery_events.fields import gallery_fields
from gallery_events.flows import merging
from gallery_events.history import HISTORIC, WRITTEN, Recording

#: Set on an owner by a flow that saves with a purpose (restore, undelete, baseline).
PURPOSE = "_gallery_purpose"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a save happens, where it is more than a save."""

    event: str
    restored_from: int | None = None
    source: str = "code"


@dataclass(slots=True)
class Plan:
    """One owner's save, decided and not yet written."""

    owner: Any
    using: str
    version: int
    lists: dict[str, list[Any]]
    deltas: dict[str, Delta]
    created: bool = False
    key_known: bool = True
    purpose: Purpose | None = None
    #: Galleries that this save does not write; what is missing there is no reason to refuse.
    optional: set[str] = field(default_factory=set)
    trashed: dict[Any, set[Any]] = field(default_factory=dict)
    unreferenced: set[tuple[str, Any]] = field(default_factory=set)

    def recording(self) -> Recording:
        """Return what the snapshot is to say."""
        event = "created" if self.created else event_of(self.deltas.values())
        purpose = self.purpose or Purpose(event)
        return Recording(
            version=self.version,
            event=purpose.event,
            at=history.moment(self.owner),
            deltas=self.deltas,
            lists=self.lists,
            restored_from=purpose.restored_from,
            source=purpose.source,
            number_again=self.created and not self.key_known,
        )


def plan_save(
    owner: Any,
    names: set[str] | None,
    *,
    using: str,
    expected: int | None,
    insert: bool,
) -> Plan:
    """
    Decide on the save of one owner, its row locked; *names* are written, None is all.

    Raises StaleGallery. The images are still to be claimed.
    """
    known = owner.pk is not None
    row = owners.lock(type(owner), owner.pk, using=using) if known and not insert else None
    if row is None:
        plan = _plan_creation(owner, using=using, expected=expected, insert=insert)
    else:
        written = owner.__dict__.get(WRITTEN)
        if expected is not None and written and written[-1].version == expected:
            expected = owners.base_version(owner, written, row, using=using)
        if expected is not None and expected != row.version:
            merging.merge(owner, row=row, expected=expected, using=using)
        plan = _plan_change(owner, names, row=row, using=using)
    plan.purpose = owner.__dict__.get(PURPOSE) or _reversion(owner, created=plan.created)
    return plan


def _reversion(owner: Any, *, created: bool) -> Purpose | None:
    """Name the purpose of saving ``record.instance``, simple-history's way to revert."""
    record = owner.__dict__.get(HISTORIC)
    if record is None:
        return None
    return Purpose("undeleted" if created else "restored", record.gallery_version)


def _plan_creation(owner: Any, *, using: str, expected: int | None, insert: bool) -> Plan:
    known = owner.pk is not None
    last = history.last_version(type(owner), owner.pk, using=using) if known else 0
    if last and expected and not insert and not owner._state.adding:
        raise StaleGallery(
            expected=expected,
            current=last,
            changes={name: (None, ids, None) for name, ids in history.lists_of(owner).items()},
        )
    lists = history.lists_of(owner)
    deltas = {name: diff([], ids) for name, ids in lists.items()}
    return Plan(owner, using, last + 1, lists, deltas, created=True, key_known=known)


def _plan_change(owner: Any, names: set[str] | None, *, row: owners.Row, using: str) -> Plan:
    lists, optional = {}, set()
    for each in gallery_fields(type(owner)):
        if names is None or each.name in names:
            lists[each.name] = list(getattr(owner, each.attname) or ())
        else:
            lists[each.name] = row.lists[each.name]
            optional.add(each.name)
    deltas = {name: diff(row.recorded[name], ids) for name, ids in lists.items()}
    return Plan(owner, using, row.next_version, lists, deltas, optional=optional)
