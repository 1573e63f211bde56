"""Restore: the same save with an older list, after a preview of what can still be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import router

from gallery_events import arguments, galleries, history, owners
from gallery_events.domain.snapshots import Snapshot, insert_in_place
from gallery_events.exceptions import GalleryError, SnapshotDoesNotExist, StaleGallery
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows.available import Preview, available, look
from gallery_events.flows.plans import Purpose
from gallery_events.flows.save import purposeful, writing

__all__ = ["Preview", "Scope", "preview", "restore", "undelete"]

Scope = Literal["galleries", "all"]


def preview(owner: Any, version: int) -> Preview:
    """Tell what restoring a snapshot would give; raises SnapshotDoesNotExist."""
    _refuse_unsaved(owner)
    return look(type(owner), galleries.snapshot(owner, version), using=owner._state.db)


def restore(
    owner: Any,
    version: int,
    *,
    user: Any = None,
    scope: Scope = "galleries",
    images: Iterable[Any] | None = None,
    expected_version: int | None = None,
    partial: bool = False,
    reason: str = "",
    now: datetime | None = None,
) -> Snapshot:
    """
    Save an owner with its galleries as a snapshot had them, and refresh the instance.

    *scope* "all" brings the other fields back too. *images* brings back only
    these, each to its place, and leaves the rest as it is now. With
    *expected_version* a newer save raises StaleGallery. Images that are gone
    raise ImagesLost, naming them, unless *partial*. Limits on the number of
    images are not asked: what was saved once can be had back. What the
    instance holds unsaved is not saved, and the refresh drops it.
    """
    _refuse_unsaved(owner)
    arguments.refuse_wrong_version("expected_version", expected_version)
    arguments.refuse_wrong_moment("now", now)
    user = arguments.authenticated(user)
    model = type(owner)
    using = router.db_for_write(model, instance=owner)
    if scope not in ("galleries", "all"):
        message = f"scope is {scope!r}: give 'galleries' or 'all'."
        raise ValueError(message)
    with writing(model, using):
        row = owners.lock(model, owner.pk, using=using)
        if row is None:
            message = f"{model._meta.label} {owner.pk} is deleted: use restore.undelete()."
            raise SnapshotDoesNotExist(message)
        if expected_version is not None and expected_version != row.version:
            raise StaleGallery(expected=expected_version, current=row.version, changes={})
        record = history.record_at(model, owner.pk, version, using=using)
        current = model._base_manager.using(using).get(pk=owner.pk)
        lists = available(model, record, using=using, images=images, partial=partial)
        for each in gallery_fields(model):
            setattr(current, each.attname, _chosen(each, current, record, lists, images))
        if scope == "all":
            _bring_back_fields(current, record, using=using, partial=partial)
            _refuse_taken(current, record)
        told = _told(user, reason, now or getattr(owner, "_history_date", None))
        return _save(owner, current, told, Purpose("restored", version, "restore"))


def undelete(
    owner_model: type[Any] | str,
    pk: Any,
    *,
    user: Any = None,
    partial: bool = False,
    reason: str = "",
    now: datetime | None = None,
) -> Any:
    """
    Bring a deleted owner back with the same key; its numbers go on. Returns it, saved.

    *owner_model* may be its label. Raises SnapshotDoesNotExist when nothing is
    known of it or it is not deleted, ImagesLost unless *partial*, GalleryError
    when somebody has taken a value that is unique or a row that it names is gone.
    """
    owner_model = galleries.owner_model(owner_model)
    arguments.refuse_wrong_moment("now", now)
    user = arguments.authenticated(user)
    using = router.db_for_write(owner_model)
    with writing(owner_model, using):
        record = _last_record(owner_model, pk, using=using)
        lists = available(owner_model, record, using=using, images=None, partial=partial)
        owner = record.instance
        for name, ids in lists.items():
            setattr(owner, name, _value(owner, name, ids))
        for each, _ in _lost_relations(record, using=using):
            if not (partial and each.null):
                raise _lost_relation(each, record)
            setattr(owner, each.attname, None)
        owner._state.adding, owner._state.db = True, using
        _refuse_taken(owner, record)
        purpose = Purpose("undeleted", record.gallery_version, "restore")
        _save(owner, owner, _told(user, reason, now), purpose)
    return owner_model._base_manager.using(using).get(pk=owner.pk)


def _refuse_unsaved(owner: Any) -> None:
    """Raise for what has no history: no owner at all, or one that was never saved."""
    galleries.refuse_no_owner(owner)
    model, using = type(owner), owner._state.db
    name = model._meta.label
    if owner._state.adding:
        if owner.pk is None or not history.last_version(model, owner.pk, using=using):
            message = f"This {name} is not saved yet, so it has no snapshot: save() it first."
            raise SnapshotDoesNotExist(message)
    elif owner.pk is None:
        message = f"This {name} was deleted: bring it back with restore.undelete({name!r}, pk)."
        raise SnapshotDoesNotExist(message)


def _last_record(owner_model: type[Any], pk: Any, *, using: str) -> Any:
    try:
        key = owner_model._meta.pk.to_python(pk)
    except ValidationError:
        record, exists = None, False
    else:
        record = history.records(owner_model, key, using=using).first()
        exists = owner_model._base_manager.using(using).filter(pk=key).exists()
    if record is None or exists:
        what = "exists" if exists else "has no snapshot"
        message = f"{owner_model._meta.label} {pk} {what}: there is nothing to undelete."
        raise SnapshotDoesNotExist(message)
    return record


def _chosen(
    gallery: GalleryField,
    current: Any,
    record: Any,
    lists: dict[str, list[Any]],
    images: Iterable[Any] | None,
) -> Any:
    if images is None:
        return _value(record, gallery.attname, lists[gallery.name])
    now = getattr(current, gallery.attname)
    if not lists[gallery.name]:
        return now
    return insert_in_place(
        now, chosen=lists[gallery.name], model=list(getattr(record, gallery.attname) or ())
    )


def _value(record: Any, name: str, ids: list[Any]) -> Any:
    """Return a list as it may be set: what was NULL stays NULL."""
    before = getattr(record, name)
    return None if not ids and getattr(before, "null", False) else ids


def _bring_back_fields(current: Any, record: Any, *, using: str, partial: bool) -> None:
    lost = {each.name for each, _ in _lost_relations(record, using=using)}
    for each in history.tracked_fields(type(current)):
        if each.primary_key or each.name == "gallery_version" or isinstance(each, GalleryField):
            continue
        if each.name in lost:
            if not partial:
                raise _lost_relation(each, record)
            continue
        setattr(current, each.attname, getattr(record, each.attname))


def _refuse_taken(owner: Any, record: Any) -> None:
    """Raise, before anything is written, when somebody else has a value that must be unique."""
    try:
        owner.validate_unique()
        owner.validate_constraints()
    except ValidationError as error:
        message = (
            f"Snapshot {record.gallery_version} cannot be had back as it was: "
            f"{' '.join(error.messages)} Nothing was changed: change the other object first."
        )
        raise GalleryError(message) from error


def _lost_relations(record: Any, *, using: str) -> Iterator[tuple[Any, Any]]:
    """Yield the foreign keys of a snapshot whose rows are gone."""
    for each in history.tracked_fields(record.instance_type):
        value = getattr(record, each.attname)
        if not each.is_relation or value is None:
            continue
        target = each.target_field
        rows = target.model._base_manager.using(using).filter(**{target.attname: value})
        if not rows.exists():
            yield each, value


def _lost_relation(each: Any, record: Any) -> GalleryError:
    value = getattr(record, each.attname)
    what = f"{each.related_model._meta.verbose_name} {value}"
    return GalleryError(
        f"Snapshot {record.gallery_version} names {what} as its {each.name}, which exists no "
        "longer. Nothing was changed: bring it back first, or restore with partial=True."
    )


def _told(user: Any, reason: str, now: datetime | None) -> dict[str, Any]:
    """Return who, why and when as simple-history reads them from an instance."""
    told = {"_change_reason": reason or None, "_history_user": user, "_history_date": now}
    return {name: value for name, value in told.items() if value is not None}


def _save(owner: Any, current: Any, told: dict[str, Any], purpose: Purpose) -> Snapshot:
    current.__dict__.update(told)
    purposeful(current, purpose)
    if owner is not current:
        owner.refresh_from_db(using=current._state.db)
    return galleries.snapshot(current, current.gallery_version)
