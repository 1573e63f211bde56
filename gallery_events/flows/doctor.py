"""The doctor: everything that would stop a sweep, and the two words that set it right."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gallery_events import conf, galleries, sql
from gallery_events.domain.report import SweepReport
from gallery_events.domain.retention import never
from gallery_events.exceptions import SweepRefused
from gallery_events.flows import preflight
from gallery_events.flows.health import PATIENCE, health
from gallery_events.flows.preflight import bond, world
from gallery_events.flows.save import writing
from gallery_events.flows.steps import changes
from gallery_events.flows.steps.run import alias, batch_size
from gallery_events.models import PartialUpload, SweepRun, Tombstone
from gallery_events.signals import sweep_starting


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's table: what was asked, and what is wrong with it."""

    name: str
    reasons: tuple[str, ...] = ()
    refuses: bool = True

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.reasons


def examine(*, now: datetime) -> list[Finding]:
    """Ask everything that a sweep asks before it starts, and how the last ones went."""
    situation = preflight.Situation(now)
    found = [Finding(name, tuple(preflight.ask(name, situation))) for name in preflight.CHECKS]
    if all(each.is_well for each in found if each.name in ("settings", "migrations applied")):
        found.append(Finding("nobody objects", _objections(now)))
        found.append(Finding("runs come to their end", health(now=now).problems, refuses=False))
        found.append(Finding("partial uploads go", _overdue(now), refuses=False))
        notes = changes.in_effect(conf.current(), now=now)[1]
        found.append(Finding("settings in effect", tuple(notes), refuses=False))
    return found


def _objections(now: datetime) -> tuple[str, ...]:
    """Return what receivers of sweep_starting have against a sweep, asked as by a dry run."""
    try:
        sweep_starting.send(sender=SweepReport, now=now, dry_run=True)
    except SweepRefused as refusal:
        return tuple(refusal.reasons)
    except Exception as error:  # noqa: BLE001 - the doctor goes on where a sweep would crash
        crash = f"A receiver of sweep_starting fails ({error!r}), and a sweep would crash: "
        return (f"{crash}mend it, or disconnect it.",)
    return ()


def _overdue(now: datetime) -> tuple[str, ...]:
    """Say when parts of uploads are left that a run should have removed."""
    expired = PartialUpload.objects.using(alias(PartialUpload)).filter(
        expires_at__lte=now - PATIENCE
    )
    number = expired.count()
    why = "should be gone by now: the reports of the last runs say why they are not."
    return (f"{number} partial uploads {why}",) if number else ()


def accept_changes(*, now: datetime) -> SweepRun:
    """Take what is installed now, and the number of references, for what is meant to be."""
    settings = conf.current()
    return world.accept(settings, now=now, configured=changes.watched(settings))


def claim_storage(*, now: datetime) -> list[str]:
    """
    Make this database and its storages belong together from now on; return their aliases.

    Whoever they belonged to before is refused from then on. Everything in the
    trash, and all files that nobody has tried to remove, wait anew: this
    database may be older than its storage.
    """
    names = bond.storages_in_use()
    epochs = [
        half.epoch
        for _, _, *halves in bond.look(tolerant=True)
        for half in halves
        if half is not None
    ]
    _wait_anew(now)
    bond.make(secrets.token_hex(16), epoch=max(epochs, default=0) + 1, now=now, names=names)
    return names


def _wait_anew(now: datetime) -> None:
    policy = changes.policy(now)
    due = never(like=now) if policy.trash is None else now + policy.trash
    for model in galleries.image_models():
        _update(model, {"trashed_at": now, "review_after": due}, trashed_at__lt=now)
    later = now + policy.file_delay
    _update(Tombstone, {"due": later}, done_at__isnull=True, attempts=0, due__lt=later)


def _update(model: type[Any], values: dict[str, Any], **which: Any) -> None:
    """Update rows in short transactions; each batch leaves the condition that chose it."""
    using = alias(model)
    rows = model._base_manager.using(using).filter(**which)
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[: batch_size(using)]):
        with writing(model, using):
            chosen = model._base_manager.using(using).filter(
                pk__in=sql.among(model._meta.pk, keys, using), **which
            )
            chosen.update(**values)
