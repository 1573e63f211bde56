"""GalleryHistory: simple-history, made to record galleries."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, ClassVar

from django.db import models
from simple_history.manager import HistoricalQuerySet
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record, pre_create_historical_record

from gallery_events.exceptions import HistoryBypassed
from gallery_events.fields import gallery_fields
from gallery_events.history.copying import copy_row, number_again
from gallery_events.history.reading import history_model
from gallery_events.history.recording import (
    RECORDING,
    Recording,
    actor_of,
    request_id_of,
    request_under_way,
    source_of,
)
from gallery_events.history.snapshots import AbstractSnapshot, lists_of, stored_deltas
from gallery_events.identifiers import constraint_name
from gallery_events.querysets import SnapshotQuerySet


class GalleryHistory(HistoricalRecords):  # type: ignore[misc]
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
        self._refuse_a_second_history(sender)
        super().finalize(sender, **kwargs)

    def _refuse_a_second_history(self, sender: type[models.Model]) -> None:
        """Name the cure where simple-history says only "registered multiple times"."""
        for each in sender.__mro__:
            method = vars(each).get("save_without_historical_record")
            if method is not None and method.__module__ == HistoricalRecords.__module__:
                message = (
                    f"{sender._meta.label} is a GalleryModel and has a history of its own from "
                    f"HistoricalRecords(...) in {each.__name__}, which would record no gallery: "
                    "write GalleryHistory(...), of gallery_events.history, in its place."
                )
                raise TypeError(message)

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
            name=constraint_name("version"),
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
        using = using or str(instance._state.db)
        if recording.number_again:
            number_again(instance, recording, using)
        if pre_create_historical_record.has_listeners(sender=type(record)):
            self._fill(record, instance)
            self._announce(pre_create_historical_record, instance, record, using)
        recording.history_id = copy_row(record, instance.pk, recording.version, using)
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
        recording.actor = recording.actor or actor_of(user)
        recording.reason = str(
            self.get_change_reason_for_object(owner, history_type, owner._state.db) or ""
        )
        request = request_under_way()
        recording.request_id = request_id_of(request)
        recording.source = source_of(request, recording.source)
        record: models.Model = model(
            history_date=recording.at,
            history_type=history_type,
            history_user=user,
            history_change_reason=recording.reason or None,
            gallery_event=recording.event,
            gallery_delta=stored_deltas(recording.deltas, type(owner)),
            restored_from=recording.restored_from,
            actor=recording.actor,
            request_id=recording.request_id,
            source=recording.source,
        )
        if hasattr(model, "history_relation"):
            record.history_relation_id = owner.pk  # type: ignore[attr-defined]
        return record

    def _announce(
        self, signal: Any, instance: models.Model, record: models.Model, using: str | None
    ) -> None:
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


def recorder(owner_model: type[models.Model]) -> GalleryHistory:
    """Return the GalleryHistory that an owner model declared, or inherited."""
    return owner_model._gallery_history  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001


def take_snapshot(
    owner: models.Model, recording: Recording, history_type: str, *, using: str
) -> None:
    """Take the snapshot of a row that was written without its save()."""
    owner.__dict__[RECORDING] = recording
    try:
        recorder(type(owner)).create_historical_record(owner, history_type, using=using)
    finally:
        owner.__dict__.pop(RECORDING, None)


def user_of(owner: models.Model) -> Any:
    """Return who is saving: ``_history_user``, or the user of the request; None where unknown."""
    return recorder(type(owner)).get_history_user(owner)
