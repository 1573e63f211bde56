"""What ``loaddata`` brings, row by row: recorded, and never at the cost of another row."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models, transaction
from django.utils import timezone

from gallery_events import columns, history, owners, references, sql
from gallery_events.domain.intervals import Held, intervals
from gallery_events.domain.snapshots import diff
from gallery_events.exceptions import GalleryError, HistoryBypassed
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows import images
from gallery_events.flows.plans import Plan, Purpose
from gallery_events.flows.save import announce

#: Loaded snapshots may name images that the same fixture brings later: whose, by connection.
_waiting: WeakKeyDictionary[Any, dict[tuple[Any, Any], set[tuple[Any, Any]]]] = WeakKeyDictionary()


def record_baseline(owner: Any, *, using: str) -> None:
    """
    Record a row as it was found: by loaddata, or before galleries were recorded.

    References are opened without asking for the images, which a fixture may
    bring later; the database checks them at the end.
    """
    model = type(owner)._meta.concrete_model
    with transaction.atomic(using=using):
        sql.begin_writing(model, using)
        row = owners.lock(model, owner.pk, using=using)
        if row is None:
            return
        version = row.next_version
        rows = model._base_manager.using(using).filter(pk=owner.pk)
        models.QuerySet.update(rows, gallery_version=version)
        owner.gallery_version = version
        deltas = {name: diff(row.recorded[name], ids) for name, ids in row.lists.items()}
        plan = Plan(owner, using, version, row.lists, deltas, purpose=Purpose("baseline"))
        recording = plan.recording()
        kind = "~" if row.last_version else "+"
        history.take_snapshot(owner, recording, kind, using=using)
        for each in gallery_fields(model):
            _align(owner, each, row.lists[each.name], recording, using=using)
        if row.last_version:
            restate(model, owner.pk, using=using)
        announce([(plan, recording)], using=using)


def _align(owner: Any, field: GalleryField, ids: list[Any], recording: Any, *, using: str) -> None:
    """Make the current references of one gallery those of its list, whatever they were."""
    model = type(owner)._meta.concrete_model
    rows = references.of_gallery(model, owner.pk, field, using=using)
    current = rows.filter(until=None).values_list("image_id", flat=True)
    place = (references.object_id(model, owner.pk), field.name, recording.version, recording.at)
    gone = references.Change(*place, [*(set(current) - set(ids))])
    table = references.reference_model(field.image_model)
    owner_type = references.content_type(model, using).pk
    references.close(table, owner_type, gone, using=using)
    references.open_(table, owner_type, references.Change(*place, ids), using=using)
    user = history.user_of(owner)
    images.take_out(field.image_model, ids, using=using, by=owner, user=user)


def place_snapshot(record: Any, *, using: str) -> None:
    """
    Let a loaded snapshot overwrite none: before it is written.

    One that is there already stays as it is. Raises HistoryBypassed when the
    fixture tells another story under the same number, or a later one than
    the owner's row does.
    """
    model = record.instance_type
    pk, version = getattr(record, model._meta.pk.attname), record.gallery_version
    same = history.records(model, pk, using=using).filter(gallery_version=version).first()
    if same is not None:
        if difference := _difference(record, same):
            message = (
                f"The fixture holds another snapshot {version} of {model._meta.label} {pk} than "
                f"the database ({difference} differs), and snapshots never change: load it into "
                "an empty database, or leave the snapshots out of the fixture."
            )
            raise HistoryBypassed(message)
        _adopt(record, same)
        return
    rows = model._base_manager.using(using).filter(pk=pk, gallery_version__lt=version)
    if rows.exists():
        message = (
            f"The fixture holds snapshot {version} of {model._meta.label} {pk}, which is newer "
            "than its row in the database: load the owner's own row first."
        )
        raise HistoryBypassed(message)
    _number_freely(record, using=using)


def place_image(image: Any, *, using: str) -> None:
    """
    Refuse to show another file in every gallery and snapshot that names this key.

    A row that is there keeps its own life cycle, which went on since the dump.
    """
    row = type(image)._base_manager.using(using).filter(pk=image.pk).first()
    if row is None:
        return
    if (row.file.name, row.storage) != (image.file.name, image.storage):
        message = (
            f"The fixture holds another image {image.pk} than the database, whose galleries and "
            "history show that one: load it into an empty database, or under another key."
        )
        raise GalleryError(message)
    for name in columns.LIFE_CYCLE:
        setattr(image, name, getattr(row, name))


def place_reference(reference: Any, *, using: str) -> None:
    """Let a loaded reference overwrite none, and join the one that says the same."""
    rows = (
        type(reference)
        ._base_manager.using(using)
        .filter(
            content_type_id=reference.content_type_id,
            object_id=reference.object_id,
            field=reference.field,
            image_id=reference.image_id,
            until_version=reference.until_version,
        )
    )
    if reference.until_version is not None:
        rows = rows.filter(since_version=reference.since_version)
    same = rows.first()
    if same is not None:
        _adopt(reference, same)
    else:
        _number_freely(reference, using=using)


def after_snapshot(record: Any, *, using: str) -> None:
    """Protect what a loaded snapshot names as if it had been recorded here."""
    model = record.instance_type
    restate(model, getattr(record, model._meta.pk.attname), using=using)


def after_image(image: Any, *, using: str) -> None:
    """Give a loaded image its review, and the protection of snapshots loaded before it."""
    model = type(image)._meta.concrete_model
    rows = model._base_manager.using(using).filter(pk=image.pk)
    due = model._meta.get_field("review_after").get_default()
    rows.filter(review_after=None).update(review_after=due)
    if image.trashed_at is not None and image.references.using(using).filter(until=None).exists():
        images.take_out(model, [image.pk], using=using, by="loaddata", user=None)
    waiting = _waiting.get(connections[using], {})
    for owner_model, pk in waiting.pop((model, image.pk), ()):
        restate(owner_model, pk, using=using)


def restate(model: Any, pk: Any, *, using: str) -> None:
    """
    Write one owner's references anew from its snapshots.

    References from before the first snapshot stay: the snapshots do not
    explain them. Ended references to images that are gone are left out.
    """
    log = list(history.records(model, pk, using=using).order_by("gallery_version"))
    owned = model._base_manager.using(using).filter(pk=pk).exists()
    for each in gallery_fields(model):
        found = list(intervals(_held(record, each) for record in log))
        keys = {stay.key for stay in found}
        there = each.images_by_key(list(keys), using=using).keys()
        for key in keys - there:
            waiting = _waiting.setdefault(connections[using], {})
            waiting.setdefault((each.image_model, key), set()).add((model, pk))
        kept = [one for one in found if one.key in there or (owned and one.until is None)]
        _replace(model, pk, each, kept, first=log[0].gallery_version, using=using)


def _held(record: Any, field: GalleryField) -> Held:
    lists = {field.name: field.usable_keys(getattr(record, field.attname))}
    kind = record.history_type
    return Held(record.gallery_version, record.history_date, lists, deletion=kind == "-")


def _replace(
    model: Any, pk: Any, field: GalleryField, found: list[Any], *, first: int, using: str
) -> None:
    rows = references.of_gallery(model, pk, field, using=using)
    wanted = {_told(stay.key, stay): stay for stay in found}
    wrong = [
        reference
        for reference in rows.filter(since_version__gte=first)
        if wanted.pop(_told(reference.image_id, reference), None) is None
    ]
    left = {reference.image_id for reference in wrong}
    # As a sweep does: whoever deletes the other one of two last references waits.
    sql.lock_rows(field.image_model, sorted(left), [], using=using, strength="NO KEY UPDATE")
    rows.filter(pk__in=[reference.pk for reference in wrong]).delete()
    references.insert(model, pk, field.image_model, wanted.values(), using=using)
    field.image_model._base_manager.using(using).filter(
        pk__in=left, review_after=None, references=None
    ).update(review_after=timezone.now())


def _told(key: Any, told: Any) -> tuple[Any, ...]:
    return key, told.since_version, told.since, told.until_version, told.until


def _difference(record: Any, same: Any) -> str | None:
    """Name the first column that differs; a user who is gone since does not count."""
    for each in record._meta.concrete_fields:
        if each.primary_key or each.name == "history_user":
            continue
        if _comparable(each, record) != _comparable(each, same):
            return str(each.name)
    return None


def _comparable(field: Any, record: Any) -> Any:
    value = field.get_prep_value(getattr(record, field.attname))
    if hasattr(value, "microsecond"):
        # Fixtures in JSON keep milliseconds only.
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def _adopt(row: Any, same: Any) -> None:
    """Make the row that is about to be written the one that is there: nothing changes."""
    for each in row._meta.concrete_fields:
        setattr(row, each.attname, getattr(same, each.attname))


def _number_freely(row: Any, *, using: str) -> None:
    """Take a key that the database gives; a key that is no number stays where it is free."""
    key = row._meta.pk
    if isinstance(key, models.AutoField):
        row.pk = None
    elif type(row)._base_manager.using(using).filter(pk=row.pk).exists():
        row.pk = key.get_default()
