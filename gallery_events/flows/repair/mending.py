"""References put right: what the history does not know goes, what it needs is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from gallery_events import owners, references, sql
from gallery_events.domain.intervals import Interval
from gallery_events.fields import gallery_fields
from gallery_events.flows import images
from gallery_events.flows.repair.comparing import Difference, Scope, differences

#: So many differences are described; all are counted.
EXAMPLES = 100


@dataclass(slots=True)
class RebuildReport:
    """
    What was found, and unless it was a check, put right.

    *missing* references were not there, *surplus* ones are not in the
    history, *lost* are places of images that the history still needs and that
    are gone, *unrecorded* owners had no snapshot, *unscheduled* images, which
    nothing names, no review.
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


def lost_for_good(image_model: type[models.Model], stay: Interval) -> bool:
    """Bring no image back: what a rebuild does about one that is gone."""
    return False


@dataclass(frozen=True, slots=True)
class Rebuild:
    """
    One pass over one owner model, and where it writes down what it finds.

    *bring_back* is asked for each image that is gone: is it there again?
    """

    scope: Scope
    check: bool
    report: RebuildReport
    bring_back: Callable[[type[models.Model], Interval], bool] = lost_for_good

    @property
    def model(self) -> type[Any]:
        """The owner model."""
        return self.scope.model

    @property
    def using(self) -> str:
        """The database of owners, history, images and references."""
        return self.scope.using


def mend(run: Rebuild, pk: Any) -> None:
    """Lock one owner, in the transaction that is open, compare it, and put right what differs."""
    row = owners.lock(run.model, pk, using=run.using)
    for found in differences(run.scope, [pk]):
        if row is None and owners.lock(run.model, pk, using=run.using) is not None:
            return  # it came back just now, and its save has seen to its references
        if row is not None:
            found.surplus = [each for each in found.surplus if not _is_shown(row, each)]
        apply(run, pk, found)


def _is_shown(row: owners.Row, stay: Interval) -> bool:
    """Tell whether a gallery written past the signals shows an image: doubt keeps it."""
    shown, recorded = row.lists.get(stay.field, ()), row.recorded.get(stay.field, ())
    return stay.key in shown and stay.key not in recorded


def apply(run: Rebuild, pk: Any, found: Difference) -> None:
    """Report one owner's difference, and unless it is a check, remove and insert."""
    owner = f"{run.model._meta.label} {pk}"
    alive = _lock_images(run, [*found.missing, *found.optional, *found.surplus])
    missing = _without_lost(run, owner, found.missing, alive)
    for each in found.surplus:
        run.report.surplus += 1
        run.report.describe(f"{owner}: the history does not know {words(each)}")
    for each in missing:
        run.report.missing += 1
        run.report.describe(f"{owner}: no reference protects {words(each)}")
    if run.check:
        return
    missing += [each for each in found.optional if _place(run, each) in alive]
    _remove(run, found.surplus)
    _insert(run, pk, missing)
    _leave_for_review(run, found.surplus)


def _lock_images(run: Rebuild, stays: Iterable[Interval]) -> set[tuple[Any, Any]]:
    """
    Lock all images concerned, in key order; return those that exist.

    The sweep can then neither purge them nor take one of two last references.
    """
    wanted: dict[type[models.Model], set[Any]] = {}
    for each in stays:
        model, key = _place(run, each)
        wanted.setdefault(model, set()).add(key)
    return {
        (model, key)
        for model in sorted(wanted, key=lambda each: each._meta.label)
        for (key,) in sql.lock_rows(
            model, sorted(wanted[model]), [], using=run.using, strength="NO KEY UPDATE"
        )
    }


def _place(run: Rebuild, stay: Interval) -> tuple[type[models.Model], Any]:
    """Return image model and key: of a stored reference by its table, else by its gallery."""
    if stay.row is not None:
        model: Any = stay.row[0]._meta.get_field("image").related_model
        return model, stay.key
    fields = {each.name: each for each in gallery_fields(run.model)}
    return fields[stay.field].image_model, stay.key


def _without_lost(
    run: Rebuild, owner: str, missing: Sequence[Interval], alive: set[tuple[Any, Any]]
) -> list[Interval]:
    left = []
    for each in missing:
        if _place(run, each) in alive or run.bring_back(_place(run, each)[0], each):
            left.append(each)
            continue
        run.report.lost += 1
        run.report.describe(f"{owner}: lost, and nothing brings it back: {words(each)}")
    return left


def words(stay: Interval) -> str:
    """Return which image was in which gallery, and when."""
    end = "" if stay.until_version is None else f" until version {stay.until_version}"
    return f"image {stay.key} in {stay.field} since version {stay.since_version}{end}"


def _remove(run: Rebuild, surplus: Iterable[Interval]) -> None:
    rows: dict[Any, list[Any]] = {}
    for stay in surplus:
        model, pk = stay.row
        rows.setdefault(model, []).append(pk)
    for model, keys in rows.items():
        gone = model._base_manager.using(run.using).filter(pk__in=keys)
        gone._raw_delete(run.using)  # noqa: SLF001 - nothing names a reference


def _insert(run: Rebuild, pk: Any, missing: Sequence[Interval]) -> None:
    groups: dict[type[models.Model], list[Interval]] = {}
    for each in missing:
        groups.setdefault(_place(run, each)[0], []).append(each)
    for image_model, stays in groups.items():
        references.insert(run.model, pk, image_model, stays, using=run.using)
        keys = {one.key for one in stays}
        images.take_out(image_model, keys, using=run.using, by="rebuild", user=None)


def _leave_for_review(run: Rebuild, surplus: Iterable[Interval]) -> None:
    """Law 1 for images that lost a reference here: without another they come up for review."""
    groups: dict[type[models.Model], set[Any]] = {}
    for each in surplus:
        model, key = _place(run, each)
        groups.setdefault(model, set()).add(key)
    for model, keys in groups.items():
        unscheduled(model, run.using).filter(pk__in=keys).update(review_after=run.scope.now)


def unscheduled(image_model: type[models.Model], using: str) -> models.QuerySet[Any]:
    """Return the images that no reference names and no review awaits."""
    rows = references.reference_model(image_model)._base_manager.using(using)
    return image_model._base_manager.using(using).filter(
        ~Exists(rows.filter(image_id=OuterRef("pk"))), review_after__isnull=True
    )
