"""Images on their way into a gallery: locked, counted, and taken out of the trash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db import models

from gallery_events import history, sql
from gallery_events.exceptions import ImagesLost
from gallery_events.fields import gallery_fields
from gallery_events.signals import image_rescued

#: Nothing is described.
EMPTY: Mapping[Any, Any] = MappingProxyType({})


def claim(plans: Iterable[Any], *, using: str, described: Mapping[Any, Any] = EMPTY) -> None:
    """
    Lock the images that galleries are about to name, in key order, and those *described*.

    From here to the end of the transaction no sweep can purge them. Raises
    ImagesLost, naming those that are gone already, before anything is written.
    """
    plans = list(plans)
    added = _added(plans)
    for model in {*added, *described}:
        wanted = added.get(model, {})
        rows = sql.lock_rows(
            model, sorted(wanted), ["trashed_at"], using=using, strength="KEY SHARE"
        )
        found = dict(rows)
        lost = [key for key, needed in wanted.items() if key not in found and needed]
        if lost:
            raise ImagesLost(lost)
        _leave_out(plans, model, gone=wanted.keys() - found.keys())
        trashed = {key for key, trashed_at in found.items() if trashed_at is not None}
        # All at once and in key order: two bulk calls would otherwise wait for each other's.
        written = trashed.union(described.get(model, ()))
        sql.lock_rows(model, sorted(written), [], using=using, strength="NO KEY UPDATE")
        for plan in plans:
            plan.trashed.setdefault(model, set()).update(trashed)


def _added(plans: Iterable[Any]) -> dict[type[models.Model], dict[Any, bool]]:
    """Return the keys to lock by model, and whether a save must be refused without them."""
    added: dict[type[models.Model], dict[Any, bool]] = {}
    for plan in plans:
        for each in gallery_fields(type(plan.owner)):
            needed = each.name not in plan.optional
            for _, key in plan.deltas[each.name].added:
                group = added.setdefault(each.image_model, {})
                group[key] = group.get(key, False) or needed
    return added


def _leave_out(plans: Iterable[Any], model: type[models.Model], *, gone: set[Any]) -> None:
    """Open no reference to rows that somebody wrote past the signals and that never existed."""
    for plan in plans if gone else ():
        for each in gallery_fields(type(plan.owner)):
            if each.image_model is model:
                plan.unreferenced.update((each.name, key) for key in gone)


def rescue(plans: Iterable[Any], *, using: str) -> None:
    """Take images that galleries are about to name out of the trash, and announce it."""
    for plan in plans:
        for model, keys in plan.trashed.items():
            mine = keys & _keys_of(plan, model)
            take_out(model, mine, using=using, by=plan.owner, user=history.user_of(plan.owner))


def take_out(
    model: type[models.Model], keys: Iterable[Any], *, using: str, by: Any, user: Any
) -> list[Any]:
    """
    Clear the trash mark of images, locked in key order; return those that had one.

    *review_after* stays: only a review that finds a reference clears it.
    """
    rows = sql.lock_rows(
        model,
        sorted(keys),
        [],
        using=using,
        strength="NO KEY UPDATE",
        where="trashed_at IS NOT NULL",
    )
    if not rows:
        return []
    manager = model._base_manager.using(using)
    rescued = [key for (key,) in rows]
    manager.filter(pk__in=rescued).update(trashed_at=None, reviews=0)
    found = list(manager.filter(pk__in=rescued).order_by("pk"))
    for image in found:
        image_rescued.send(sender=model, image=image, user=user, by=by)
    return found


def _keys_of(plan: Any, model: type[models.Model]) -> set[Any]:
    return {
        key
        for each in gallery_fields(type(plan.owner))
        if each.image_model is model
        for _, key in plan.deltas[each.name].added
    }
