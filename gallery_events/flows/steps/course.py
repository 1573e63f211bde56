"""What becomes of the images of one model in the days to come, played through in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from gallery_events import sql
from gallery_events.domain.retention import Step, Verdict, cutoff
from gallery_events.flows.steps import expire, review
from gallery_events.flows.steps.run import NEXT_RUN, Run, batch_size
from gallery_events.references import reference_model


@dataclass(slots=True)
class Fate:
    """The columns of an image that a sweep writes, as they would be."""

    due: datetime | None
    reviews: int
    trashed_at: datetime | None

    @property
    def is_suspect(self) -> bool:
        """Whether it matters what galleries really hold: see :func:`review.has_suspects`."""
        return self.trashed_at is not None or self.reviews > 0


@dataclass(slots=True)
class Course:
    """
    The images of one model that anything can happen to until a horizon.

    *endings* are when references end, *releases* when images lose their last
    one, both by rising moment; *released* and *purged* are the images of
    which this has come to pass.
    """

    model: type[Any]
    using: str
    fates: dict[Any, Fate] = field(default_factory=dict)
    endings: list[datetime] = field(default_factory=list)
    releases: list[tuple[datetime, Any]] = field(default_factory=list)
    released: set[Any] = field(default_factory=set)
    purged: set[Any] = field(default_factory=set)

    def expire(self, run: Run) -> int:
        """Let references run out, as :func:`expire.expire` does; return how many."""
        limit = cutoff(run.settings.retention, now=run.now)
        if limit is None:
            return 0
        before = len(self.endings)
        while self.endings and self.endings[0] <= limit:
            self.endings.pop(0)
        while self.releases and self.releases[0][0] <= limit:
            _, key = self.releases.pop(0)
            self.released.add(key)
            fate = self.fates[key]
            if fate.due is None or fate.due > run.now:
                fate.due, fate.reviews = run.now, 0
        return before - len(self.endings)

    def due(self, now: datetime) -> list[Any]:
        """Return the keys of what is due, in the order of a sweep."""
        found = [(fate.due, key) for key, fate in self.fates.items() if fate.due is not None]
        return [key for moment, key in sorted(each for each in found if each[0] <= now)]

    def condemnable(self, run: Run) -> list[Any]:
        """Return what has been in the trash for long enough, used or not."""
        trash = run.settings.retention.trash
        if trash is None:
            return []
        limit = run.now - trash
        keys = self.due(run.now)
        moments = {key: self.fates[key].trashed_at for key in keys}
        return [key for key in keys if (at := moments[key]) is not None and at <= limit]

    def judge(self, run: Run, keys: Sequence[Any], *, live: Any) -> Iterator[review.Judged]:
        """Yield what a sweep would decide on images, a batch at a time."""
        order = list(keys)
        while order:
            size = batch_size(self.using)
            batch, order = order[:size], order[size:]
            images = self._images(batch)
            judged = review.judge(
                run, images, using=self.using, live=live, expired=self.released, gone=self.purged
            )
            woken = {image.original_id for image, verdict in judged if verdict.step is Step.PURGE}
            # A purged derivative puts its original off to the next run.
            order = [key for key in order if key not in woken]
            yield judged

    def review(self, run: Run, *, live: Any) -> Iterator[tuple[Any, Verdict]]:
        """Decide on everything that is due, and let it come to pass."""
        for judged in self.judge(run, self.due(run.now), live=live):
            for image, verdict in judged:
                self._carry_out(run, image, verdict)
            originals = {
                image.original_id
                for image, verdict in judged
                if verdict.step is Step.PURGE and image.original_id is not None
            }
            self.load(originals)
            for key in originals:
                self.fates[key].due, self.fates[key].reviews = run.now + NEXT_RUN, 0
            yield from judged

    def _carry_out(self, run: Run, image: Any, verdict: Verdict) -> None:
        if verdict.step is Step.PURGE:
            del self.fates[image.pk]
            self.purged.add(image.pk)
            return
        fate = self.fates[image.pk]
        fate.due, fate.reviews = verdict.review_after, verdict.reviews
        if verdict.step is Step.TRASH:
            fate.trashed_at = run.now
        elif verdict.rescues:
            fate.trashed_at = None

    def _images(self, keys: Collection[Any]) -> list[Any]:
        """Return images as they would be by now."""
        rows = self.model._base_manager.using(self.using).in_bulk(list(keys))
        found = [rows[key] for key in keys if key in rows]
        for image in found:
            fate = self.fates[image.pk]
            image.review_after, image.reviews = fate.due, fate.reviews
            image.trashed_at = fate.trashed_at
        return found

    def load(self, keys: Collection[Any]) -> None:
        """Read the fates of images that are not known yet."""
        wanted = [key for key in keys if key not in self.fates]
        for start in range(0, len(wanted), batch_size(self.using)):
            self.read(pk__in=wanted[start : start + batch_size(self.using)])

    def read(self, **condition: Any) -> None:
        """Read the fates of the images that a condition is true of."""
        rows = self.model._base_manager.using(self.using).filter(**condition)
        for key, *columns in rows.values_list("pk", "review_after", "reviews", "trashed_at"):
            self.fates[key] = Fate(*columns)


def course(run: Run, model: type[Any], using: str, *, until: datetime) -> Course:
    """Return the images that may be reviewed until then, and what will run out."""
    found = Course(model, using)
    found.read(review_after__lte=until)
    ended: dict[Any, list[datetime]] = {}
    for image, moment in _endings(run, model, using, until=until):
        ended.setdefault(image, []).append(moment)
    found.endings = sorted(moment for moments in ended.values() for moment in moments)
    total = _number_of_references(model, list(ended), using=using)
    found.releases = sorted(
        (max(moments), key) for key, moments in ended.items() if total[key] == len(moments)
    )
    found.load([key for _, key in found.releases])
    return found


def _endings(
    run: Run, model: type[Any], using: str, *, until: datetime
) -> Iterator[tuple[Any, datetime]]:
    """Yield the references that will have run out by then: the image, and when it was taken out."""
    limit = cutoff(run.settings.retention, now=until)
    if limit is None:
        return
    rows = reference_model(model)._base_manager.using(using).filter(until__lte=limit)
    if not run.release_held:
        rows = rows.filter(held=False)
    found = list(rows.values_list(*expire.COLUMNS, "until"))
    for start in range(0, len(found), batch_size(using)):
        batch = found[start : start + batch_size(using)]
        held = set(expire.kept_by_count([row[:-1] for row in batch], run, using=using))
        yield from ((row[1], row[-1]) for row in batch if row[0] not in held)


def _number_of_references(model: type[Any], keys: Sequence[Any], *, using: str) -> dict[Any, int]:
    rows = reference_model(model)._base_manager.using(using)
    found: dict[Any, int] = {}
    for start in range(0, len(keys), batch_size(using)):
        batch = sql.among(model._meta.pk, keys[start : start + batch_size(using)], using)
        counted = rows.filter(image_id__in=batch).values("image_id").annotate(n=Count("pk"))
        found.update(counted.order_by().values_list("image_id", "n"))
    return found
