"""The QuerySet's bulk calls, recorded like saves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import models, router, transaction
from django.db.models import F

from gallery_events import history, owners
from gallery_events.domain.snapshots import diff
from gallery_events.exceptions import HistoryBypassed
from gallery_events.fields import gallery_fields
from gallery_events.flows import images
from gallery_events.flows.cleaning import (
    clean_list,
    clean_lists,
    refuse_as_django,
    refuse_null,
)
from gallery_events.flows.plans import Plan, plan_save
from gallery_events.flows.save import record, write_plan, writing
from gallery_events.history import Recording


def bulk_create(queryset: Any, new: Sequence[Any], write: Callable[[], list[Any]]) -> list[Any]:
    """Create owners, each with its first snapshot, in one transaction."""
    model, using = queryset.model, _alias(queryset)
    for owner in new:
        history.refuse_when_disabled(owner)
        clean_lists(owner, None)
    if not new:
        return write()
    with writing(model, using):
        last = history.last_versions(model, [one.pk for one in new if one.pk], using=using)
        plans = [_creation(owner, last.get(owner.pk, 0), using=using) for owner in new]
        images.claim(plans, using=using)
        with transaction.atomic(using=using, savepoint=False):
            images.rescue(plans, using=using)
            with _numbered(plans):
                written = write()
                _record(plans, "+", using=using)
    return written


@contextmanager
def _numbered(plans: Sequence[Plan]) -> Iterator[None]:
    """Give new owners their numbers; take back number and key when they are not written."""
    for plan in plans:
        plan.owner.gallery_version = plan.version
    try:
        yield
    except BaseException:
        for plan in plans:
            plan.owner.gallery_version, plan.owner._state.adding = 0, True
            if not plan.key_known:
                plan.owner.pk = None
        raise


def bulk_save(queryset: Any, changed: Sequence[Any], fields: Sequence[str]) -> int:
    """Save the given fields of many owners in key order, in one transaction."""
    using, plans = _alias(queryset), []
    _refuse_unwritable(changed, fields)
    names = owners.field_names(queryset.model, fields)
    with writing(queryset.model, using):
        for owner in sorted(changed, key=lambda each: each.pk):
            expected = owner.gallery_version
            plans.append(plan_save(owner, names, using=using, expected=expected, insert=False))
        plans = [plan for plan in plans if not plan.created]
        images.claim(plans, using=using)
        with transaction.atomic(using=using, savepoint=False):
            for plan in plans:
                write_plan(plan, partial(_write_fields, plan.owner, names, using=using))
    return len(plans)


def _refuse_unwritable(changed: Sequence[Any], fields: Sequence[str]) -> None:
    """Raise, before anything is locked, for what bulk_update() refuses and what save() does."""
    keys = {owner.pk for owner in changed}
    if None in keys or len(keys) < len(changed):
        message = "bulk_update() needs owners that are saved, each of them once."
        raise ValueError(message)
    for owner in changed:
        history.refuse_when_disabled(owner)
        names = owners.names_to_write(owner, fields, using=owner._state.db)
        refuse_as_django(owner, names)
        clean_lists(owner, names)


def _write_fields(owner: Any, names: set[str], *, using: str) -> None:
    models.Model.save(owner, using=using, update_fields={*names, "gallery_version"})


def update(
    queryset: Any, values: dict[str, Any], write: Callable[[Any, dict[str, Any]], int]
) -> int:
    """Update the rows of a queryset, each locked and recorded, in one transaction."""
    model, using = queryset.model, _alias(queryset)
    if queryset.query.is_sliced:
        message = "A sliced queryset cannot be updated: filter by the keys instead."
        raise TypeError(message)
    galleries = {each.name: each for each in gallery_fields(model)}
    for name in galleries.keys() & values.keys():
        refuse_null(galleries[name], values[name])
    cleaned = {
        name: clean_list(galleries[name], value) if name in galleries else value
        for name, value in values.items()
    }
    for name in values:
        model._meta.get_field(name)
    history.refuse_when_disabled(model())
    with writing(model, using):
        keys = list(queryset.using(using).order_by("pk").values_list("pk", flat=True))
        rows = {key: owners.lock(model, key, using=using) for key in dict.fromkeys(keys)}
        locked = {key: row for key, row in rows.items() if row is not None}
        found = model._base_manager.using(using).in_bulk(list(locked))
        plans = [
            _change(found[key], row, cleaned, using=using)
            for key, row in locked.items()
            if key in found
        ]
        images.claim(plans, using=using)
        with transaction.atomic(using=using, savepoint=False):
            images.rescue(plans, using=using)
            _skip_numbers_in_use(model, locked, using=using)
            chosen = model._base_manager.using(using).filter(pk__in=list(found))
            count = write(chosen, {**cleaned, "gallery_version": F("gallery_version") + 1})
            _record(plans, "~", using=using)
    return count


def _creation(owner: Any, last: int, *, using: str) -> Plan:
    lists = history.lists_of(owner)
    deltas = {name: diff([], ids) for name, ids in lists.items()}
    known = owner.pk is not None
    return Plan(owner, using, last + 1, lists, deltas, created=True, key_known=known)


def _change(owner: Any, row: owners.Row, values: dict[str, Any], *, using: str) -> Plan:
    lists = {
        name: list(values[name] or ()) if name in values else ids for name, ids in row.lists.items()
    }
    deltas = {name: diff(row.recorded[name], ids) for name, ids in lists.items()}
    optional = lists.keys() - values.keys()
    return Plan(owner, using, row.next_version, lists, deltas, optional=set(optional))


def _skip_numbers_in_use(model: Any, rows: dict[Any, owners.Row], *, using: str) -> None:
    """Bring rows that lag behind their history up to it, so that all count on by one."""
    for key, row in rows.items():
        if row.next_version != row.version + 1:
            lagging = model._base_manager.using(using).filter(pk=key)
            models.QuerySet.update(lagging, gallery_version=row.last_version)


def _record(plans: Sequence[Plan], history_type: str, *, using: str) -> None:
    """Take the snapshots of rows just written, then their references."""
    written: list[tuple[Plan, Recording]] = []
    for plan in plans:
        owner, recording = plan.owner, plan.recording()
        if owner.pk is None:
            message = (
                "The database did not tell the keys of the rows it created, so they cannot be "
                "recorded: save() the owners one by one."
            )
            raise HistoryBypassed(message)
        history.take_snapshot(owner, recording, history_type, using=using)
        written.append((plan, recording))
    if written:
        record(written, using=using)


def _alias(queryset: models.QuerySet[Any]) -> str:
    return getattr(queryset, "_db", None) or router.db_for_write(queryset.model)
