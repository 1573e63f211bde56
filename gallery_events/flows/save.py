"""Every way a gallery changes ends here: lock, merge, refuse or write, record, announce."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, models, router, transaction

from gallery_events import conf, history, owners, references, sql
from gallery_events.fields import gallery_fields
from gallery_events.flows import describing, images
from gallery_events.flows.cleaning import clean_lists, not_updated, refuse_as_django
from gallery_events.flows.plans import PURPOSE, Plan, Purpose, plan_save
from gallery_events.history import HISTORIC, RECORDING, WRITTEN, Recording
from gallery_events.signals import snapshot_recorded

#: So many saves of one instance in one transaction can be told apart after its rollback.
LONGEST_CHAIN = 100


def save(
    owner: Any,
    write: Callable[..., None],
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
            raise not_updated(owner)
        described = describing.described_by(owner, names)
        images.claim([plan], using=alias, described=described)
        describing.refuse_overtaken(owner, described, using=alias)
        fields = None if names is None else {*names, "gallery_version"}
        with transaction.atomic(using=alias, savepoint=False):
            # A row that was not there must not be there now: Django would update a stranger's.
            write_plan(plan, lambda: write(fields, alias, insert=plan.created))
            describing.write(owner, described, using=alias)


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
    refer(written, using=using)
    announce(written, using=using)


def refer(written: Sequence[tuple[Plan, Recording]], *, using: str) -> None:
    """Open and close the references that snapshots just written imply."""
    for plan, recording in written:
        references.apply(
            type(plan.owner)._meta.concrete_model,
            plan.owner.pk,
            plan.deltas,
            version=recording.version,
            at=recording.at,
            using=using,
            without=plan.unreferenced,
        )


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
