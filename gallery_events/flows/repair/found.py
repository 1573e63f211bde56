"""A row that was written past its save(), or before anything was recorded: its snapshot, as found."""

from __future__ import annotations

from typing import Any

from django.db import models

from gallery_events import history, owners
from gallery_events.domain.snapshots import diff
from gallery_events.flows import images
from gallery_events.flows.plans import Plan, Purpose
from gallery_events.flows.save import write_plan


def record_as_found(
    owner: Any, row: owners.Row, *, purpose: Purpose, using: str, was_deleted: bool = False
) -> Plan:
    """
    Write the snapshot of a locked row as it is; of the row only its number changes.

    Trashed images are rescued, images that are gone get no reference.
    """
    model = type(owner)
    deltas = {name: diff(row.recorded[name], ids) for name, ids in row.lists.items()}
    plan = Plan(owner, using, row.next_version, row.lists, deltas)
    plan.purpose, plan.optional = purpose, set(row.lists)
    images.claim([plan], using=using)
    kind = "~" if row.last_version and not was_deleted else "+"

    def write() -> None:
        rows = model._base_manager.using(using).filter(pk=owner.pk)
        models.QuerySet.update(rows, gallery_version=plan.version)
        history.recorder(model).create_historical_record(owner, kind, using=using)

    write_plan(plan, write)
    return plan
