"""The one door to simple-history: how a snapshot is written, and how snapshots are read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, connections, models
from django.utils import timezone
from simple_history.manager import SIMPLE_HISTORY_REVERSE_ATTR_NAME, HistoricalQuerySet
from simple_history.models import HistoricalChanges, HistoricalRecords
from simple_history.signals import post_create_historical_record, pre_create_historical_record

from gallery_events import sql
from gallery_events.domain.snapshots import LONGEST_DELTA, Delta, Snapshot
from gallery_events.exceptions import HistoryBypassed, SnapshotDoesNotExist
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.querysets import REFUSED_CHANGE, SnapshotQuerySet

#: The attribute of an owner in which its save leaves what is to be recorded.
RECORDING = "_gallery_recording"
#: What an instance wrote, newest last, to notice that a transaction was rolled back.
WRITTEN = "_gallery_written"
#: Set by simple-history on an instance that it made from a snapshot: that snapshot.
HISTORIC = SIMPLE_HISTORY_REVERSE_ATTR_NAME

HISTORY_DISABLED = (
    "SIMPLE_HISTORY_ENABLED is False, so this would be saved without a snapshot: "
    "set it to True (or remove it)."
)


@dataclass(slots=True)
class Recording:
    """What a save has to say beside the row itself; *history_id* is known afterwards."""

    version: int
    event: str
    at: datetime
    deltas: Mapping[str, Delta] = field(default_factory=dict)
    lists: Mapping[str, list[Any]] = field(default_factory=dict)
    restored_from: int | None = None
    source: str = "code"
    history_id: Any = None
    actor: str = ""
    reason: str = ""
    #: The row's key was given by the database and may have been used before.
    number_again: bool = False

    def snapshot(self) -> Snapshot:
        """Return the snapshot that was recorded."""
        return Snapshot(
            version=self.version,
            at=self.at,
            event=self.event,
            actor=self.actor,
            lists=self.lists,
            delta=self.deltas,
            restored_from=self.restored_from,
            reason=self.reason,
            history_id=self.history_id,
        )


class AbstractSnapshot(models.Model):
    """The columns a snapshot has beside simple-history's own; rows are immutable."""

    gallery_event = models.CharField(max_length=24, editable=False)
    gallery_delta = models.JSONField(default=dict, editable=False)
    restored_from = models.PositiveIntegerField(null=True, editable=False)
    actor = models.CharField(max_length=255, blank=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True, editable=False)
    source = models.CharField(max_length=24, blank=True, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: snapshots are written by saves of their owner."""
        raise HistoryBypassed(REFUSED_CHANGE)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: old snapshots go with ``gallery_prune``."""
        raise HistoryBypassed(REFUSED_CHANGE)

    save.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]


class GalleryHistory(HistoricalRecords):
    """
    simple-history for owners of galleries: one snapshot a save, copied from the row.

    Takes simple-history's arguments except ``m2m_fields`` (which would record
    several times a save) and ``cascade_delete_history`` (a deleted owner must
    be able to come back).
    """

    REFUSED: ClassVar[dict[str, str]] = {
        "m2m_fields": "records several snapshots a save, without order: use a GalleryField",
        "cascade_delete_history": "would take the snapshots of a deleted owner with it",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for name, why in self.REFUSED.items():
            if kwargs.get(name):
                message = f"GalleryHistory({name}=...) {why}. Leave the argument out."
                raise TypeError(message)
        kwargs.setdefault("inherit", True)
        kwargs.setdefault("use_base_model_db", True)
        kwargs.setdefault("history_change_reason_field", models.TextField(null=True))
        kwargs["historical_queryset"] = _guarded(
            kwargs.get("historical_queryset", HistoricalQuerySet)
        )
        kwargs["bases"] = (AbstractSnapshot, *kwargs.get("bases", (models.Model,)))
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        """Remember which history a class declared last: the nearest one counts."""
        super().contribute_to_class(cls, name)
        cls._gallery_history = self  # type: ignore[attr-defined]

    def add_extra_methods(self, cls: type[models.Model]) -> None:
        """Replace simple-history's way around the history by a refusal."""

        def save_without_historical_record(self: models.Model, *args: Any, **kwargs: Any) -> None:
            """Refuse: a version without a snapshot could never be restored."""
            message = (
                "A gallery is never saved without its snapshot: call save(). For columns that "
                "are no gallery, QuerySet.update() leaves none."
            )
            raise HistoryBypassed(message)

        cls.save_without_historical_record = save_without_historical_record  # type: ignore[attr-defined]

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        """Make the history of a concrete class; a proxy shares the one of its concrete class."""
        if not issubclass(sender, self.cls) or sender._meta.swapped:
            return
        if getattr(sender, "_gallery_history", self) is not self:
            return
        if sender._meta.proxy:
            self._connect_proxy(sender)
            return
        super().finalize(sender, **kwargs)

    def create_history_model(self, model: type[models.Model], inherited: bool) -> Any:
        """Refuse to leave out what a snapshot is for."""
        needed = {each.name for each in gallery_fields(model)} | {"gallery_version"}
        if left_out := sorted(needed & set(self.excluded_fields)):
            message = (
                f"GalleryHistory(excluded_fields=...) of {model._meta.label} leaves out "
                f"{', '.join(left_out)}, without which no gallery can be restored: keep them."
            )
            raise TypeError(message)
        return super().create_history_model(model, inherited)

    def _connect_proxy(self, sender: type[models.Model]) -> None:
        models.signals.post_save.connect(self.post_save, sender=sender, weak=False)
        sender._meta.simple_history_manager_attribute = self.manager_name  # type: ignore[attr-defined]

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Add the constraint that makes a version a fact."""
        options: dict[str, Any] = super().get_meta_options(model)
        unique = models.UniqueConstraint(
            fields=[model._meta.pk.name, "gallery_version"],
            name="%(app_label)s_%(class)s_version",
        )
        return {**options, "constraints": [*options.get("constraints", ()), unique]}

    def post_save(
        self,
        instance: models.Model,
        created: bool,
        using: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Record a save; what ``loaddata`` brings is recorded by ``receivers``."""
        if kwargs.get("raw"):
            return
        _refuse_late_change(instance, kwargs.get("update_fields"))
        self.create_historical_record(instance, "+" if created else "~", using=using)

    def pre_delete(self, instance: models.Model, **kwargs: Any) -> None:
        """Do nothing: deletions are recorded by ``receivers``."""

    def post_delete(self, instance: models.Model, using: str | None = None, **kwargs: Any) -> None:
        """Do nothing: deletions are recorded by ``receivers``."""

    def create_historical_record(
        self, instance: models.Model, history_type: str, using: str | None = None
    ) -> None:
        """
        Write the snapshot of the save that is under way, copied by the database.

        ``INSERT INTO history SELECT ... FROM owner``: it is the row, not the
        memory, so update_fields, deferred fields and F() come out right.
        """
        recording = instance.__dict__.get(RECORDING)
        if recording is None:
            message = (
                f"{type(instance).__name__} was written past its save(): call save(), which "
                "numbers the snapshot and keeps the references."
            )
            raise HistoryBypassed(message)
        record = self.describe(instance, history_type, recording)
        using = using or instance._state.db
        if recording.number_again:
            _number_again(instance, recording, using)
        self._announce(pre_create_historical_record, instance, record, using)
        recording.history_id = _copy_row(record, instance.pk, recording.version, using)
        if post_create_historical_record.has_listeners(sender=type(record)):
            written = type(record)._base_manager.using(using).get(pk=recording.history_id)
            self._announce(post_create_historical_record, instance, written, using)

    def record_deletion(self, last: models.Model, recording: Recording, *, using: str) -> None:
        """Write the snapshot of a row that is gone; *last* is how the database held it."""
        record = self.describe(last, "-", recording)
        self._fill(record, last)
        record.gallery_version = recording.version  # type: ignore[attr-defined]
        self._announce(pre_create_historical_record, last, record, using)
        record.__dict__[RECORDING] = recording
        record.save_base(force_insert=True, using=using)
        recording.history_id = record.pk
        self._announce(post_create_historical_record, last, record, using)

    def describe(
        self, owner: models.Model, history_type: str, recording: Recording
    ) -> models.Model:
        """Return the unsaved record with everything that does not come from the row."""
        model = history_model(type(owner))
        user = self.get_history_user(owner)
        recording.actor = recording.actor or _actor(user)
        recording.reason = str(
            self.get_change_reason_for_object(owner, history_type, owner._state.db) or ""
        )
        request = getattr(self.context, "request", None)
        record: models.Model = model(
            history_date=recording.at,
            history_type=history_type,
            history_user=user,
            history_change_reason=recording.reason or None,
            gallery_event=recording.event,
            gallery_delta=_stored(recording.deltas, type(owner)),
            restored_from=recording.restored_from,
            actor=recording.actor,
            request_id=_request_id(request),
            source=_source(request, recording),
        )
        if hasattr(model, "history_relation"):
            record.history_relation_id = owner.pk  # type: ignore[attr-defined]
        return record

    def _announce(
        self, signal: Any, instance: models.Model, record: models.Model, using: str | None
    ) -> None:
        if not signal.has_listeners(sender=type(record)):
            return
        if record.pk is None or record._state.adding:
            self._fill(record, instance)
        signal.send(
            sender=type(record),
            instance=instance,
            history_instance=record,
            history_date=record.history_date,  # type: ignore[attr-defined]
            history_user=record.history_user,  # type: ignore[attr-defined]
            history_change_reason=record.history_change_reason,  # type: ignore[attr-defined]
            using=using,
        )

    def _fill(self, record: models.Model, instance: models.Model) -> None:
        deferred = instance.get_deferred_fields()
        for each in self.fields_included(instance):
            if each.attname not in deferred:
                setattr(record, each.attname, getattr(instance, each.attname))


def _guarded(queryset: type[models.QuerySet[Any]]) -> type[models.QuerySet[Any]]:
    if issubclass(queryset, SnapshotQuerySet):
        return queryset
    return type(queryset.__name__, (SnapshotQuerySet, queryset), {})


def _refuse_late_change(owner: models.Model, names: Container[str] | None) -> None:
    """Raise when the list that was written is not the one whose images were claimed."""
    recording = owner.__dict__.get(RECORDING)
    if recording is None:
        return
    for name, ids in lists_of(owner).items():
        if (names is None or name in names) and ids != recording.lists[name]:
            message = (
                f"{name} was changed while it was saved (by a receiver of pre_save?), after its "
                "images were checked: change it before, in save() or clean(). Nothing is saved."
            )
            raise HistoryBypassed(message)


def _number_again(owner: Any, recording: Recording, using: str) -> None:
    """Go on from the last number of a key that is used again."""
    last = last_version(type(owner), owner.pk, using=using)
    if last:
        recording.version = owner.gallery_version = last + 1
        rows = type(owner)._base_manager.using(using).filter(pk=owner.pk)
        models.QuerySet.update(rows, gallery_version=recording.version)


def _copy_row(record: models.Model, pk: Any, version: int, using: str) -> Any:
    """Insert the record, its tracked columns copied from the owner's row; return its key."""
    model = type(record)
    owner = model.instance_type  # type: ignore[attr-defined]
    connection = connections[using]
    copied = [each.name for each in model.tracked_fields]  # type: ignore[attr-defined]
    columns, values, params = [], [], []
    for each in model._meta.concrete_fields:
        (column,) = sql.quoted(using, each.column)
        if each.name in copied:
            values.append(sql.quoted(using, owner._meta.get_field(each.name).column)[0])
        elif each.primary_key and getattr(record, each.attname) is None:
            continue
        else:
            values.append(sql.typed_placeholder(each, using))
            params.append(each.get_db_prep_save(each.pre_save(record, True), connection))
        columns.append(column)
    history, table, key, found, number = sql.quoted(
        using,
        model._meta.db_table,
        owner._meta.db_table,
        model._meta.pk.column,
        owner._meta.pk.column,
        owner._meta.get_field("gallery_version").column,
    )
    statement = (
        f"INSERT INTO {history} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {table} WHERE {found} = %s AND {number} = %s RETURNING {key}"
    )
    key_value = owner._meta.pk.get_db_prep_value(pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, key_value, version])
        row = cursor.fetchone()
    if row is None:
        message = (
            f"{owner._meta.label} {pk} was not found at version {version} right after it was "
            "written, so its snapshot could not be taken: the save is rolled back. Did a "
            "receiver of post_save, or a database trigger, change or delete the row?"
        )
        raise IntegrityError(message)
    return model._meta.pk.to_python(row[0])


@cache  # simple-history makes a manager class each time its attribute is read
def history_model(owner_model: type[models.Model]) -> type[models.Model]:
    """Return the model of an owner model's snapshots."""
    concrete = owner_model._meta.concrete_model
    name = concrete._meta.simple_history_manager_attribute  # type: ignore[union-attr]
    return getattr(concrete, name).model  # type: ignore[no-any-return]


def is_history(model: type[models.Model]) -> bool:
    """Tell whether a model is a history table of simple-history."""
    return issubclass(model, HistoricalChanges)


def recorder(owner_model: type[models.Model]) -> GalleryHistory:
    """Return the GalleryHistory that an owner model declared, or inherited."""
    return owner_model._gallery_history  # type: ignore[attr-defined, no-any-return]


def is_recorded(instance: models.Model) -> bool:
    """Tell whether the write of an owner, or a snapshot, that is under way is recorded."""
    return RECORDING in instance.__dict__


def refuse_when_disabled(owner: models.Model) -> None:
    """Raise when simple-history is switched off, for the project or for this instance."""
    if not getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        raise HistoryBypassed(HISTORY_DISABLED)
    if hasattr(owner, "skip_history_when_saving"):
        message = (
            "skip_history_when_saving is set, but a gallery is never saved without its "
            "snapshot: delete the attribute."
        )
        raise HistoryBypassed(message)


def records(owner_model: type[models.Model], pk: Any, *, using: str | None) -> models.QuerySet[Any]:
    """Return the historical rows of one owner, newest version first."""
    key = owner_model._meta.pk.attname
    return (
        history_model(owner_model)
        ._base_manager.using(using)
        .filter(**{key: pk})
        .order_by("-gallery_version")
    )


def record_at(owner_model: type[models.Model], pk: Any, version: int, *, using: str | None) -> Any:
    """Return the historical row of one version; raises SnapshotDoesNotExist naming it."""
    found = records(owner_model, pk, using=using).filter(gallery_version=version).first()
    if found is None:
        message = f"{owner_model._meta.label} {pk} has no snapshot {version}."
        raise SnapshotDoesNotExist(message)
    return found


def last_version(owner_model: type[models.Model], pk: Any, *, using: str | None) -> int:
    """Return the number of the newest snapshot, 0 when there is none."""
    newest = records(owner_model, pk, using=using).values_list("gallery_version", flat=True)
    return newest.first() or 0


def last_versions(
    owner_model: type[models.Model], pks: Iterable[Any], *, using: str | None
) -> dict[Any, int]:
    """Return the numbers of the newest snapshots of many owners, in one query."""
    key = owner_model._meta.pk.attname
    found = (
        history_model(owner_model)
        ._base_manager.using(using)
        .filter(**{f"{key}__in": list(pks)})
        .values_list(key)
        .annotate(last=models.Max("gallery_version"))
        .order_by()
    )
    return dict(found)


def tracked_fields(owner_model: type[models.Model]) -> list[Any]:
    """Return the fields of an owner model that its snapshots hold."""
    return list(history_model(owner_model).tracked_fields)  # type: ignore[attr-defined]


def user_of(owner: models.Model) -> Any:
    """Return who is saving: ``_history_user``, or the user of the request; None where unknown."""
    return recorder(type(owner)).get_history_user(owner)


def lists_of(record: models.Model) -> dict[str, list[Any]]:
    """Return what a row, or a historical row, holds in each of its galleries."""
    values = {each.name: getattr(record, each.attname) for each in _galleries(record)}
    return {name: list(ids) if isinstance(ids, list) else [] for name, ids in values.items()}


def _galleries(record: models.Model) -> Iterable[GalleryField]:
    return gallery_fields(type(record))


def snapshot_of(record: Any) -> Snapshot:
    """Turn a historical row into the value that callers see."""
    return Snapshot(
        version=record.gallery_version,
        at=record.history_date,
        event=record.gallery_event,
        actor=record.actor,
        lists=lists_of(record),
        delta=_restored_deltas(record),
        restored_from=record.restored_from,
        reason=record.history_change_reason or "",
        history_id=record.history_id,
    )


def _stored(deltas: Mapping[str, Delta], owner_model: type[models.Model]) -> dict[str, Any]:
    stored = {}
    for each in gallery_fields(owner_model):
        delta = deltas.get(each.name)
        if not delta:
            continue
        entry: dict[str, Any] = {"counts": list(delta.counts)}
        if sum(delta.counts) <= LONGEST_DELTA:
            entry |= {
                kind: [[at, each.to_json(key)] for at, key in getattr(delta, kind)]
                for kind in ("added", "removed", "moved")
                if getattr(delta, kind)
            }
        stored[each.name] = entry
    return stored


def _restored_deltas(record: Any) -> dict[str, Delta]:
    deltas = {}
    for each in _galleries(record):
        entry = record.gallery_delta.get(each.name)
        if entry is None:
            continue
        placed = {
            kind: tuple((at, each.to_key(key)) for at, key in entry.get(kind, ()))
            for kind in ("added", "removed", "moved")
        }
        deltas[each.name] = Delta(counts=tuple(entry["counts"]), **placed)
    return deltas


def _actor(user: Any) -> str:
    return str(user)[:255] if user is not None else ""


def _request_id(request: Any) -> str:
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))[:64] if request is not None else ""


def _source(request: Any, recording: Recording) -> str:
    if request is None or recording.source != "code":
        return recording.source
    match = getattr(request, "resolver_match", None)
    return "admin" if match is not None and match.app_name == "admin" else "web"


def moment(owner: models.Model) -> datetime:
    """Return when a save is said to happen: ``_history_date`` where it is set, else now."""
    given: datetime = getattr(owner, "_history_date", None) or timezone.now()
    if settings.USE_TZ and timezone.is_naive(given):
        return timezone.make_aware(given)
    return given
