"""Every way a gallery changes ends here: lock, merge, refuse or write, record, announce."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, models, router, transaction

from gallery_events import conf, history, owners, references, sql
from gallery_events.domain.snapshots import Delta, diff, event_of
from gallery_events.exceptions import HistoryBypassed, StaleGallery
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows import images, merging
from gallery_events.history import HISTORIC, RECORDING, WRITTEN, Recording
from gallery_events.signals import snapshot_recorded

#: Set on an owner by a flow that saves with a purpose (restore, undelete, baseline).
PURPOSE = "_gallery_purpose"
#: So many saves of one instance in one transaction can be told apart after its rollback.
LONGEST_CHAIN = 100


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a save happens, where it is more than a save."""

    event: str
    restored_from: int | None = None
    source: str = "code"


@dataclass(slots=True)
class Plan:
    """One owner's save, decided and not yet written."""

    owner: Any
    using: str
    version: int
    lists: dict[str, list[Any]]
    deltas: dict[str, Delta]
    created: bool = False
    key_known: bool = True
    purpose: Purpose | None = None
    #: Galleries that this save does not write; what is missing there is no reason to refuse.
    optional: set[str] = field(default_factory=set)
    trashed: dict[Any, set[Any]] = field(default_factory=dict)
    unreferenced: set[tuple[str, Any]] = field(default_factory=set)

    def recording(self) -> Recording:
        """Return what the snapshot is to say."""
        event = "created" if self.created else event_of(self.deltas.values())
        purpose = self.purpose or Purpose(event)
        return Recording(
            version=self.version,
            event=purpose.event,
            at=history.moment(self.owner),
            deltas=self.deltas,
            lists=self.lists,
            restored_from=purpose.restored_from,
            source=purpose.source,
            number_again=self.created and not self.key_known,
        )


def save(
    owner: Any,
    write: Callable[[Iterable[str] | None, str], None],
    *,
    expected_version: int | None,
    using: str | None = None,
    update_fields: Iterable[str] | None = None,
    force_insert: Any = False,
    force_update: bool = False,
) -> None:
    """
    Save one owner with its snapshot and its references, or nothing.

    Raises ValidationError (an entry is no image id), StaleGallery, ImagesLost
    or HistoryBypassed, all before the first write.
    """
    history.refuse_when_disabled(owner)
    alias = using or router.db_for_write(type(owner), instance=owner)
    names = owners.names_to_write(owner, update_fields, using=alias)
    if names is not None and not names:
        return
    refuse_as_django(owner, names, force_insert=force_insert, force_update=force_update)
    clean_lists(owner, names)
    with writing(type(owner), alias):
        plan = plan_save(
            owner, names, using=alias, expected=expected_version, insert=bool(force_insert)
        )
        if plan.created and (force_update or names is not None):
            raise _not_updated(owner)
        images.claim([plan], using=alias)
        fields = None if names is None else {*names, "gallery_version"}
        with transaction.atomic(using=alias, savepoint=False):
            write_plan(plan, lambda: write(fields, alias))


@contextmanager
def writing(model: type[models.Model], using: str) -> Iterator[None]:
    """
    Open a transaction unless there is one, and let it write from its first statement on.

    A refusal inside leaves the caller's own transaction as it was.
    """
    if connections[using].in_atomic_block:
        sql.begin_writing(model, using)
        yield
        return
    with transaction.atomic(using=using):
        sql.begin_writing(model, using)
        yield


def refuse_as_django(
    owner: Any, names: set[str] | None, *, force_insert: Any = False, force_update: bool = False
) -> None:
    """Raise early what Model.save() would raise in the middle of our transaction."""
    if force_insert and (force_update or names is not None):
        message = "Cannot force both insert and updating in model saving."
        raise ValueError(message)
    if names is not None:
        writable = {each.name for each in owner._meta.concrete_fields if not each.primary_key}
        if unknown := names - writable:
            message = (
                "The following fields do not exist in this model, are m2m fields, primary keys, "
                f"or are non-concrete fields: {', '.join(sorted(unknown))}."
            )
            raise ValueError(message)
    if owner.pk is None and (force_update or names is not None):
        message = "Cannot force an update in save() with no primary key."
        raise ValueError(message)
    owner._prepare_related_fields_for_save(operation_name="save")  # noqa: SLF001 - its only door


def _not_updated(owner: Any) -> Exception:
    error: type[Exception] = getattr(type(owner), "NotUpdated", DatabaseError)
    return error("The row exists no longer, so it could not be updated. Nothing was saved.")


def clean_lists(owner: Any, names: set[str] | None) -> None:
    """Replace each gallery that is to be written by its cleaned list; raises ValidationError."""
    for each in gallery_fields(type(owner)):
        if names is None or each.name in names:
            setattr(owner, each.attname, clean_list(each, getattr(owner, each.attname)))


def clean_list(gallery: GalleryField, value: Any) -> Any:
    """Return the value of one gallery as it may be written."""
    if hasattr(value, "resolve_expression"):
        message = (
            f"{gallery.name} was given a database expression, whose images could be neither "
            "checked nor recorded: give it a list of ids."
        )
        raise HistoryBypassed(message)
    try:
        cleaned = gallery.clean_value(value)
        if cleaned is None and not gallery.null:
            raise ValidationError(gallery.error_messages["null"], code="null")
    except ValidationError as error:
        raise ValidationError({gallery.name: error.error_list}) from error
    return cleaned


def plan_save(
    owner: Any,
    names: set[str] | None,
    *,
    using: str,
    expected: int | None,
    insert: bool,
) -> Plan:
    """
    Decide on the save of one owner, its row locked; *names* are written, None is all.

    Raises StaleGallery. The images are still to be claimed.
    """
    known = owner.pk is not None
    row = owners.lock(type(owner), owner.pk, using=using) if known and not insert else None
    if row is None:
        plan = _plan_creation(owner, using=using, expected=expected, insert=insert)
    else:
        written = owner.__dict__.get(WRITTEN)
        if expected is not None and written and written[-1].version == expected:
            expected = owners.base_version(owner, written, row, using=using)
        if expected is not None and expected != row.version:
            merging.merge(owner, row=row, expected=expected, using=using)
        plan = _plan_change(owner, names, row=row, using=using)
    plan.purpose = owner.__dict__.get(PURPOSE) or _reversion(owner, created=plan.created)
    return plan


def _reversion(owner: Any, *, created: bool) -> Purpose | None:
    """Name the purpose of saving ``record.instance``, simple-history's way to revert."""
    record = owner.__dict__.get(HISTORIC)
    if record is None:
        return None
    return Purpose("undeleted" if created else "restored", record.gallery_version)


def _plan_creation(owner: Any, *, using: str, expected: int | None, insert: bool) -> Plan:
    known = owner.pk is not None
    last = history.last_version(type(owner), owner.pk, using=using) if known else 0
    if last and expected and not insert and not owner._state.adding:
        raise StaleGallery(
            expected=expected,
            current=last,
            changes={name: (None, ids, None) for name, ids in history.lists_of(owner).items()},
        )
    lists = history.lists_of(owner)
    deltas = {name: diff([], ids) for name, ids in lists.items()}
    return Plan(owner, using, last + 1, lists, deltas, created=True, key_known=known)


def _plan_change(owner: Any, names: set[str] | None, *, row: owners.Row, using: str) -> Plan:
    lists, optional = {}, set()
    for each in gallery_fields(type(owner)):
        if names is None or each.name in names:
            lists[each.name] = list(getattr(owner, each.attname) or ())
        else:
            lists[each.name] = row.lists[each.name]
            optional.add(each.name)
    deltas = {name: diff(row.recorded[name], ids) for name, ids in lists.items()}
    return Plan(owner, using, row.next_version, lists, deltas, optional=optional)


def write_plan(plan: Plan, write: Callable[[], None]) -> None:
    """Do what was decided: rescue, write the row, record it."""
    owner, before = plan.owner, plan.owner.__dict__.get("gallery_version", 0)
    adding = owner._state.adding
    recording = plan.recording()
    images.rescue([plan], using=plan.using)
    owner.gallery_version = plan.version
    owner.__dict__[RECORDING] = recording
    try:
        write()
        record([(plan, recording)], using=plan.using)
    except BaseException:
        owner.gallery_version, owner._state.adding = before, adding
        if not plan.key_known:
            owner.pk = None
        raise
    finally:
        owner.__dict__.pop(RECORDING, None)
    owner.__dict__.pop(HISTORIC, None)


def record(written: Sequence[tuple[Plan, Recording]], *, using: str) -> None:
    """Bring the references in line with snapshots just written, and announce them."""
    model = type(written[0][0].owner)._meta.concrete_model
    found = [
        change
        for plan, recording in written
        for change in references.changes(
            model,
            plan.owner.pk,
            plan.deltas,
            version=recording.version,
            at=recording.at,
            without=plan.unreferenced,
        )
    ]
    references.apply(model, found, using=using)
    announce(written, using=using)


def announce(written: Sequence[tuple[Plan, Recording]], *, using: str) -> None:
    """Say what was recorded: to the references that wait for it, the instances and the world."""
    model = type(written[0][0].owner)._meta.concrete_model
    release_held(model, [plan.owner.pk for plan, _ in written], using=using)
    for plan, recording in written:
        _remember(plan.owner, recording, using=using)
        snapshot_recorded.send(
            sender=type(plan.owner), owner=plan.owner, snapshot=recording.snapshot()
        )


def _remember(owner: Any, recording: Recording, *, using: str) -> None:
    """Keep what the instance wrote since its transaction began: all of it may be undone."""
    written = owners.Written(
        recording.version, recording.history_id, recording.at, recording.version - 1
    )
    earlier = owner.__dict__.get(WRITTEN, ())
    if earlier and earlier[-1].version != written.made_on:
        earlier = ()
    owner.__dict__[WRITTEN] = (*earlier, written)[-LONGEST_CHAIN:]


def release_held(
    model: type[models.Model], pks: Iterable[Any], *, using: str, deleted: bool = False
) -> None:
    """Let the sweep look again at references that only KEEP_SNAPSHOTS kept."""
    if conf.current().KEEP_SNAPSHOTS == 1 and not deleted:
        return
    owner_ids = [references.object_id(model, pk) for pk in pks]
    owner_type = references.content_type(model, using).pk
    for each in {references.reference_model(one.image_model) for one in gallery_fields(model)}:
        references.release(each, owner_type, owner_ids, using=using)


def purposeful(owner: Any, purpose: Purpose) -> None:
    """Save an owner by its own save() for a purpose that its snapshot will name."""
    owner.__dict__[PURPOSE] = purpose
    try:
        owner.save()
    finally:
        owner.__dict__.pop(PURPOSE, None)
