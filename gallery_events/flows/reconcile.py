"""Reconcile: what was written past the signals becomes part of the history, as it was found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, router, transaction
from django.utils import timezone

from gallery_events import arguments, conf, galleries, history, owners, sql
from gallery_events.domain.intervals import Interval
from gallery_events.domain.snapshots import Snapshot
from gallery_events.fields import gallery_fields
from gallery_events.flows import deletion
from gallery_events.flows.plans import PURPOSE, Purpose
from gallery_events.flows.repair import unknown
from gallery_events.flows.repair.comparing import Scope
from gallery_events.flows.repair.drift import Drifted, drifted, vanished
from gallery_events.flows.repair.found import record_as_found
from gallery_events.flows.repair.mending import Rebuild, RebuildReport, mend
from gallery_events.flows.repair.recovery import Lost, Recovery, Unasked, perhaps_needed
from gallery_events.flows.runs import judged
from gallery_events.flows.save import writing

RECONCILED = Purpose("reconciled", source="reconcile")
CLOSED = Purpose("deleted", source="reconcile")


@dataclass(slots=True)
class Reconciliation:
    """
    What was done for one owner: nothing at all, mostly.

    *snapshot* is the one that was written, *rescued* are images it took out of
    the trash, *lost* those that nothing brings back. *references* counts what
    was missing and surplus beside that.
    """

    model: type[models.Model]
    pk: Any
    snapshot: Snapshot | None = None
    rescued: list[Any] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    references: RebuildReport = field(default_factory=RebuildReport)
    recovery: Recovery | None = None

    @property
    def brought_back(self) -> list[Any]:
        """The purged images that are there again."""
        return [] if self.recovery is None else self.recovery.brought_back


def reconcile(
    model: type[Any] | str, pk: Any, *, now: datetime | None = None, user: Any = None
) -> Snapshot | None:
    """
    Record what an owner's row really holds, if its last snapshot says something else.

    Returns the snapshot, None when there was nothing to record: the same drift
    is recorded once, whoever else reconciles or saves meanwhile. See :func:`settle`.
    """
    return settle(model, pk, now=now, user=user).snapshot


def settle(
    model: type[Any] | str, pk: Any, *, now: datetime | None = None, user: Any = None
) -> Reconciliation:
    """
    Bring one owner's history in line with its row, and its references with its history.

    Of the row only ``gallery_version`` is written: what is no image's id in it
    stays, and gets no reference. Images in the trash are rescued, purged ones
    brought back while nobody has touched their files. An owner whose row is
    gone gets the snapshot of its deletion. Raises HistoryBypassed while
    simple-history is switched off.
    """
    owner_model: Any = galleries.owner_model(model)._meta.concrete_model
    arguments.refuse_wrong_moment("now", now)
    user, pk = arguments.authenticated(user), owner_model._meta.pk.to_python(pk)
    history.refuse_when_disabled(owner_model())
    using, moment = router.db_for_write(owner_model), now or timezone.now()
    recovery = Recovery(using, moment, user, by=owner_model(pk=pk))
    # Nobody's save waits for a storage: they are asked before the transaction.
    recovery.ask(perhaps_needed(_scope(owner_model, recovery), pk))
    while True:
        try:
            return _settle(owner_model, pk, recovery)
        except Unasked as error:
            recovery.ask([error.image])


def _settle(model: type[Any], pk: Any, recovery: Recovery) -> Reconciliation:
    def attempt() -> Reconciliation:
        mine = replace(recovery, brought_back=[])
        case = _Case(model, pk, mine, Reconciliation(model, pk, recovery=mine))
        with transaction.atomic(case.using):
            _record(case)
            mend(_rebuild(case), pk)
        return case.done

    with writing(model, recovery.using):
        try:
            return attempt()
        except IntegrityError:
            # Its number was taken by somebody who brought the owner back: all is read anew.
            return attempt()


def forget(model: type[Any], owner_id: str, *, now: datetime | None = None) -> Reconciliation:
    """Remove the references of an owner of which there is nothing else, neither row nor snapshot."""
    recovery = Recovery(router.db_for_write(model), now or timezone.now())
    case = _Case(model, owner_id, recovery, Reconciliation(model, owner_id))
    with writing(model, case.using):
        unknown.remove(_rebuild(case), owner_id)
    return case.done


@dataclass(frozen=True, slots=True)
class _Case:
    """One owner that is being settled."""

    model: type[Any]
    pk: Any
    recovery: Recovery
    done: Reconciliation

    @property
    def using(self) -> str:
        """The database of everything concerned."""
        return self.recovery.using

    def tell(self, owner: Any) -> Any:
        """Let an instance say who writes its snapshot, and when."""
        owner._state.adding, owner._state.db = False, self.using
        told = {"_history_date": self.recovery.moment, "_history_user": self.recovery.user}
        owner.__dict__.update({name: value for name, value in told.items() if value is not None})
        return owner

    def bring_back(self, image_model: type[models.Model], stay: Interval) -> bool:
        """Bring back an image that the history needs; what cannot be had is written down."""
        why = self.recovery.bring_back(image_model, stay.key)
        if why is not None:
            stone = self.recovery.tombstone(image_model, stay.key)
            self.done.lost.append(Lost(stay.field, stay.key, stone, why))
        return why is None


def _rebuild(case: _Case) -> Rebuild:
    scope = _scope(case.model, case.recovery)
    return Rebuild(scope, check=False, report=case.done.references, bring_back=case.bring_back)


def _scope(model: type[Any], recovery: Recovery) -> Scope:
    return Scope(model, recovery.using, judged(recovery.moment), conf.current().retention)


def _record(case: _Case) -> None:
    """Write the snapshot that is missing, if any: it is looked for after the lock was had."""
    row = owners.lock(case.model, case.pk, using=case.using)
    if row is None:
        # Two who would close the same history wait for each other here.
        history.records(case.model, case.pk, using=case.using).select_for_update().first()
        row = owners.lock(case.model, case.pk, using=case.using)
    find = vanished if row is None else drifted
    for found in find(case.model, using=case.using, keys=[case.pk]):
        version = _close(case, found) if row is None else _record_row(case, row, found)
        record = history.record_at(case.model, case.pk, version, using=case.using)
        case.done.snapshot = history.snapshot_of(record)


def _record_row(case: _Case, row: owners.Row, found: Drifted) -> int:
    for each in gallery_fields(case.model):
        entered = set(row.lists[each.name]).difference(row.recorded[each.name])
        # A purge that is under way is waited for, and none can begin before this is done.
        rows = sql.lock_rows(
            each.image_model, sorted(entered), [], using=case.using, strength="KEY SHARE"
        )
        for key in sorted(entered.difference(found for (found,) in rows)):
            case.recovery.bring_back(each.image_model, key)
    owner = case.tell(case.model._base_manager.using(case.using).get(pk=case.pk))
    plan = record_as_found(
        owner, row, purpose=RECONCILED, was_deleted=found.deleted, using=case.using
    )
    case.done.rescued += [key for keys in plan.trashed.values() for key in sorted(keys)]
    return plan.version


def _close(case: _Case, found: Drifted) -> int:
    """Record the deletion of a row that somebody deleted past the signals."""
    last = found.last_version
    record = history.record_at(case.model, case.pk, last, using=case.using)
    lists = {
        each.name: each.usable_keys(getattr(record, each.attname))
        for each in gallery_fields(case.model)
    }
    row = owners.Row(last, lists, lists, last, record.pk, record.history_date)
    owner = case.tell(record.instance)
    owner.__dict__.update({deletion.LAST: (owner, row), PURPOSE: CLOSED})
    deletion.record_deletion(owner, using=case.using)
    return row.next_version
