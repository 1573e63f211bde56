"""Owners that leave: recorded from Django's signals, so that cascades count."""

from __future__ import annotations

from typing import Any

from gallery_events import history, owners, sql
from gallery_events.domain.snapshots import diff
from gallery_events.flows import images
from gallery_events.flows.plans import PURPOSE, Plan, Purpose
from gallery_events.flows.save import record, refer, release_held
from gallery_events.history import Recording

#: What the database held of an owner that is about to be deleted.
LAST = "_gallery_last"


def remember(owner: Any, *, using: str) -> None:
    """Lock an owner that is about to be deleted, and read what its last snapshot must say."""
    history.refuse_when_disabled(owner)
    sql.begin_writing(type(owner), using)
    row = owners.lock(type(owner), owner.pk, using=using)
    if row is None:
        return
    last = type(owner)._base_manager.using(using).get(pk=owner.pk)
    for attribute in ("_history_user", "_history_date", "_change_reason"):
        if hasattr(owner, attribute):
            setattr(last, attribute, getattr(owner, attribute))
    owner.__dict__[LAST] = (last, row)


def record_deletion(owner: Any, *, using: str) -> None:
    """
    Record the deletion of an owner, with the lists it had, and end its references.

    What had been written past the signals is in the last snapshot too, so it
    gets an ended reference as well: the owner can come back whole.
    """
    last, row = owner.__dict__.pop(LAST, (None, None))
    if last is None:
        return
    purpose = owner.__dict__.get(PURPOSE) or Purpose("deleted")
    recording = Recording(
        version=row.next_version,
        event=purpose.event,
        at=history.moment(last),
        deltas={name: diff(ids, []) for name, ids in row.lists.items()},
        lists=row.lists,
        source=purpose.source,
    )
    drift = _drift(last, row, recording, using=using)
    history.recorder(type(last)).record_deletion(last, recording, using=using)
    images.rescue([drift], using=using)
    refer([(drift, recording)], using=using)
    gone = {
        name: diff([*ids, *(key for _, key in drift.deltas[name].added)], [])
        for name, ids in row.recorded.items()
    }
    end = Plan(last, using, recording.version, row.lists, gone)
    record([(end, recording)], using=using)
    release_held(type(last)._meta.concrete_model, [last.pk], using=using, deleted=True)


def _drift(last: Any, row: owners.Row, recording: Recording, *, using: str) -> Plan:
    """Return what the row shows and no snapshot held, its images claimed as far as they exist."""
    deltas = {name: diff(row.recorded[name], ids) for name, ids in row.lists.items()}
    plan = Plan(last, using, recording.version, row.lists, deltas, optional=set(row.lists))
    images.claim([plan], using=using)
    return plan
