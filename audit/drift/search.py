"""The search for drift, model by model, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from time import monotonic
from typing import Any

from django.db import router
from django.utils import timezone

from audit.drift import marks
from audit.drift.findings import Finding, Kind, of_rows
from audit.drift.marks import MOST_AGAIN, Mark
from audit.drift.references import Owners, of_all
from audit.drift.witness import unwitnessed
from audit.models import Verification
from gallery_events import arguments, conf, galleries
from gallery_events.fields import gallery_fields
from gallery_events.flows.repair.comparing import BATCH, Scope
from gallery_events.flows.runs import judged


def find(
    *, full: bool = False, limit: int | None = None, now: datetime | None = None
) -> Iterator[Finding]:
    """
    Yield what has drifted, at most *limit*, as it is found; nothing is written.

    References are compared as of *now*. Between two findings the database is
    not held open: what is found may be put right at once.
    """
    arguments.refuse_wrong_moment("now", now)
    return islice(Search(full, now or timezone.now()).findings(), limit)


def verify(
    *, full: bool = False, now: datetime | None = None, tell: Callable[[Finding], None]
) -> Verification:
    """Tell all that has drifted, one by one, and remember how far was compared."""
    arguments.refuse_wrong_moment("now", now)
    started = monotonic()
    search = Search(full, now or timezone.now())
    found = 0
    for each in search.findings():
        found += 1
        tell(each)
    return Verification.objects.using(router.db_for_write(Verification)).create(
        full=full,
        galleries=search.galleries,
        found=found,
        seconds=monotonic() - started,
        marks=marks.stored(search.moved),
    )


@dataclass(slots=True)
class Search:
    """One pass over all galleries; *moved* holds the marks that are good once it is over."""

    full: bool
    now: datetime
    galleries: int = 0
    moved: dict[str, Mark] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Yield everything, model by model."""
        known, moment, policy = marks.last(), judged(self.now), conf.current().retention
        for model in galleries.owner_models():
            using = router.db_for_write(model)
            scope = Scope(model, using, moment, policy)
            self.galleries += model._base_manager.using(using).count() * len(gallery_fields(model))
            yield from self._of_model(scope, _mark(known, scope))

    def _of_model(self, scope: Scope, mark: Mark) -> Iterator[Finding]:
        ordered = marks.is_ordered(scope.model)
        # Before anything is compared: what is written meanwhile is left to the next time.
        mark, moved = marks.move(mark, scope.model, scope.using) if ordered else (mark, mark)
        again: set[str] = set()
        for each in _each(scope, mark, full=self.full or not ordered):
            if each.kind is not Kind.UNKNOWN and len(again) <= MOST_AGAIN:
                again.add(str(each.pk))
            yield each
        if len(again) > MOST_AGAIN:
            moved, again = mark, set(mark.again)
        if ordered:
            self.moved[scope.model._meta.label] = replace(moved, again=tuple(sorted(again)))


def _each(scope: Scope, mark: Mark, *, full: bool) -> Iterator[Finding]:
    owners = Owners(scope)
    drifted: list[Any] = []
    for each in of_rows(scope.model, scope.using):
        drifted.append(each.pk)
        yield each
        if full:
            drifted.clear()
        elif len(drifted) >= BATCH:
            yield from owners.compare(drifted)
            drifted.clear()
    if full:
        yield from of_all(scope)
    else:
        yield from owners.compare(drifted)
        yield from owners.compare(scope.model._meta.pk.to_python(each) for each in mark.again)
        yield from owners.compare_after(mark.after)
    yield from unwitnessed(scope, mark, full=full)


def _mark(known: dict[str, Mark] | None, scope: Scope) -> Mark:
    """
    Return where to go on.

    A model that came after the first verification must be in the trail from its
    first snapshot; before that one nothing is known, and nothing asked.
    """
    label = scope.model._meta.label
    if known is not None:
        return known.get(label, Mark())
    if not marks.is_ordered(scope.model):
        return Mark()
    return Mark(witnessed=marks.newest(scope.model, scope.using) + 1)
