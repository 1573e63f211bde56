"""Rebuild: the references compared with the history, and put right where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, router
from django.db.models import Exists, OuterRef

from gallery_events import conf, galleries, history, owners, references, sql
from gallery_events.domain.intervals import Held, Interval, intervals, is_needed, same_stay
from gallery_events.domain.retention import RetentionPolicy, cutoff
from gallery_events.fields import gallery_fields
from gallery_events.flows.deletion import record_baseline
from gallery_events.flows.images import take_out
from gallery_events.flows.save import writing
from gallery_events.flows.sweep import judged

BATCH = 200
#: So many differences are described; all are counted.
EXAMPLES = 100

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class RebuildReport:
    """
    What was found, and unless it was a check, put right.

    *missing* references were not there, *surplus* ones are not in the
    history, *lost* are images that the history still needs and that are gone,
    *unrecorded* owners had no snapshot, *unscheduled* images no review.
    """

    checked: int = 0
    missing: int = 0
    surplus: int = 0
    lost: int = 0
    unrecorded: int = 0
    unscheduled: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether everything was as the history says."""
        return not (
            self.missing or self.surplus or self.lost or self.unrecorded or self.unscheduled
        )

    def describe(self, difference: str) -> None:
        """Keep one difference in words, while there are not too many."""
        if len(self.examples) < EXAMPLES:
            self.examples.append(difference)


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One rebuild of one owner model: what it judges by and where it writes down what it finds."""

    model: type[Any]
    using: str
    now: datetime
    policy: RetentionPolicy
    check: bool
    report: RebuildReport


def rebuild(
    owner_models: Iterable[type[Any]] | None = None,
    *,
    now: datetime,
    check: bool = False,
    progress: Progress = lambda label, done, total: None,
) -> RebuildReport:
    """
    Bring the references in line with the history, owner by owner, in flat memory.

    A *check* writes nothing. Only what is inside the retention is compared,
    as of *now* or the latest moment that a sweep judged by. Saves may go on
    meanwhile: an owner is locked while its references are changed.
    """
    report = RebuildReport()
    policy = conf.current().retention
    moment = judged(now)
    for model in owner_models or galleries.owner_models():
        using = router.db_for_write(model)
        run = Rebuild(model, using, moment, policy, check, report)
        _record_unrecorded(run)
        total, done = _count(run), 0
        for keys in _batches(run):
            _compare(run, keys)
            done += len(keys)
            progress(model._meta.label, done, total)
    if owner_models is None:
        _schedule(report, moment, check=check)
    return report


def _record_unrecorded(run: Rebuild) -> None:
    """Give owners that have no snapshot, from before galleries were recorded, a baseline."""
    key = run.model._meta.pk.attname
    past = history.history_model(run.model)._base_manager.using(run.using)
    rows = run.model._base_manager.using(run.using).order_by("pk")
    rows = rows.filter(~Exists(past.filter(**{key: OuterRef("pk")})))
    last: Any = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        last = batch[-1].pk
        for owner in batch:
            run.report.unrecorded += 1
            run.report.describe(f"{run.model._meta.label} {owner.pk} has no snapshot")
            if not run.check:
                record_baseline(owner, using=run.using)


def _count(run: Rebuild) -> int:
    past = history.history_model(run.model)._base_manager.using(run.using)
    return past.values(run.model._meta.pk.attname).distinct().count()


def _batches(run: Rebuild) -> Iterator[list[Any]]:
    """Yield the keys of all owners that have a history, deleted ones too, in batches."""
    key = run.model._meta.pk.attname
    past = history.history_model(run.model)._base_manager.using(run.using).order_by(key)
    last: Any = None
    while True:
        page = past if last is None else past.filter(**{f"{key}__gt": last})
        found = list(page.values_list(key, flat=True).distinct()[:BATCH])
        if not found:
            return
        last = found[-1]
        yield found


def _compare(run: Rebuild, keys: Sequence[Any]) -> None:
    """Compare a batch without locks; whoever differs is locked and looked at again."""
    stored = _stored(run, keys)
    existing = set(
        run.model._base_manager.using(run.using).filter(pk__in=keys).values_list("pk", flat=True)
    )
    for pk, expected, first in _expected(run, keys, existing):
        run.report.checked += 1
        owner_id = references.object_id(run.model, pk)
        missing, surplus = _differences(run, expected, stored.get(owner_id, []), first)
        if not (missing or surplus):
            continue
        if run.check:
            _describe(run, pk, missing, [each for each, _ in surplus])
        else:
            _put_right(run, pk)


Stored = tuple[Interval, tuple[type[models.Model], Any]]


def _stored(run: Rebuild, keys: Sequence[Any]) -> dict[str, list[Stored]]:
    """Return the references of a batch of owners, each with its model and row."""
    owner_type = references.content_type(run.model, run.using).pk
    owner_ids = [references.object_id(run.model, pk) for pk in keys]
    found: dict[str, list[Stored]] = {}
    for model in _reference_models(run.model):
        rows = model._base_manager.using(run.using).filter(
            content_type_id=owner_type, object_id__in=owner_ids
        )
        for each in rows.iterator():
            row: Any = each
            stay = Interval(
                row.field, row.image_id, row.since_version, row.since, row.until_version, row.until
            )
            found.setdefault(row.object_id, []).append((stay, (model, row.pk)))
    return found


def _reference_models(owner_model: type[Any]) -> list[type[models.Model]]:
    found = {
        references.reference_model(each.image_model): None for each in gallery_fields(owner_model)
    }
    return list(found)


def _expected(
    run: Rebuild, keys: Sequence[Any], existing: set[Any]
) -> Iterator[tuple[Any, list[Interval], int]]:
    """Yield for each owner the intervals that must be there, and its oldest version."""
    key = run.model._meta.pk.attname
    past = history.history_model(run.model)._base_manager.using(run.using)
    names = [each.attname for each in gallery_fields(run.model)]
    rows = (
        past.filter(**{f"{key}__in": list(keys)})
        .order_by(key, "gallery_version")
        .only("pk", key, "gallery_version", "history_date", "history_type", *names)
    )
    group: list[Held] = []
    owner: Any = None
    for row in rows.iterator(chunk_size=500):
        if group and getattr(row, key) != owner:
            yield owner, *_needed(run, group, exists=owner in existing)
            group = []
        owner = getattr(row, key)
        group.append(_held(row))
    if group:
        yield owner, *_needed(run, group, exists=owner in existing)


def _held(row: Any) -> Held:
    lists = {} if row.history_type == "-" else history.lists_of(row)
    return Held(row.gallery_version, row.history_date, lists)


def _needed(run: Rebuild, group: list[Held], *, exists: bool) -> tuple[list[Interval], int]:
    last = group[-1].version if exists else None
    needed = [
        each
        for each in intervals(group)
        if is_needed(each, run.policy, now=run.now, last_version=last)
    ]
    return needed, group[0].version


def _differences(
    run: Rebuild, expected: list[Interval], stored: list[Stored], first: int
) -> tuple[list[Interval], list[Stored]]:
    """Return what is missing and what is surplus; what only waits to be expired is neither."""
    limit = cutoff(run.policy, now=run.now)
    unmatched = list(stored)
    missing = []
    for each in expected:
        match = next(
            (one for one in unmatched if same_stay(each, one[0], first_version=first)), None
        )
        if match is None:
            missing.append(each)
        else:
            unmatched.remove(match)
    surplus = [
        one
        for one in unmatched
        if one[0].until is None or limit is None or one[0].until > limit
    ]
    return missing, surplus


def _describe(
    run: Rebuild, pk: Any, missing: Iterable[Interval], surplus: Iterable[Interval]
) -> None:
    label = f"{run.model._meta.label} {pk}"
    for each in missing:
        run.report.missing += 1
        run.report.describe(f"{label}: no reference for {_words(each)}")
    for each in surplus:
        run.report.surplus += 1
        run.report.describe(f"{label}: a reference that the history does not know: {_words(each)}")


def _words(each: Interval) -> str:
    end = "" if each.until_version is None else f" until version {each.until_version}"
    return f"image {each.key} in {each.field} since version {each.since_version}{end}"


def _put_right(run: Rebuild, pk: Any) -> None:
    """Lock one owner, compare again, and write the difference."""
    with writing(run.model, run.using):
        row = owners.lock(run.model, pk, using=run.using)
        existing = set() if row is None else {pk}
        stored = _stored(run, [pk]).get(references.object_id(run.model, pk), [])
        for _, expected, first in _expected(run, [pk], existing):
            missing, surplus = _differences(run, expected, stored, first)
            shown = {} if row is None else row.lists
            # A gallery written past the signals still shows the image: doubt keeps it.
            surplus = [
                one for one in surplus if one[0].key not in shown.get(one[0].field, ())
            ]
            _describe(run, pk, missing, [each for each, _ in surplus])
            _remove(run, surplus)
            _insert(run, pk, missing)


def _remove(run: Rebuild, surplus: Sequence[Stored]) -> None:
    for stay, (model, row) in surplus:
        image_model: Any = model._meta.get_field("image").related_model
        sql.lock_rows(image_model, [stay.key], [], using=run.using, strength="NO KEY UPDATE")
        rows = model._base_manager.using(run.using)
        rows.filter(pk=row).delete()
        image_model._base_manager.using(run.using).filter(
            ~Exists(rows.filter(image_id=OuterRef("pk"))), pk=stay.key, review_after__isnull=True
        ).update(review_after=run.now)


def _insert(run: Rebuild, pk: Any, missing: Sequence[Interval]) -> None:
    owner_type = references.content_type(run.model, run.using).pk
    for each in gallery_fields(run.model):
        wanted = [one for one in missing if one.field == each.name]
        keys = [one.key for one in wanted]
        found = sql.lock_rows(each.image_model, keys, [], using=run.using, strength="KEY SHARE")
        alive = {key for (key,) in found}
        model = references.reference_model(each.image_model)
        model._base_manager.using(run.using).bulk_create(
            model(
                content_type_id=owner_type,
                object_id=references.object_id(run.model, pk),
                field=one.field,
                image_id=one.key,
                since_version=one.since_version,
                since=one.since,
                until_version=one.until_version,
                until=one.until,
            )
            for one in wanted
            if one.key in alive
        )
        for one in wanted:
            if one.key not in alive:
                run.report.lost += 1
                run.report.describe(f"{run.model._meta.label} {pk}: {_words(one)} is gone")
        take_out(each.image_model, alive, using=run.using, by="rebuild", user=None)


def _schedule(report: RebuildReport, now: datetime, *, check: bool) -> None:
    """Law 1: give every image that no reference names, and no review awaits, one."""
    for model in galleries.image_models():
        using = router.db_for_write(model)
        refs = references.reference_model(model)._base_manager.using(using)
        rows = model._base_manager.using(using).filter(
            ~Exists(refs.filter(image_id=OuterRef("pk"))), review_after__isnull=True
        )
        found = rows.count() if check else rows.update(review_after=now)
        report.unscheduled += found
        if found:
            report.describe(f"{found} images of {model._meta.label} had no review")
