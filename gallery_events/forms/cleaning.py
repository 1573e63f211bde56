"""From what came in to the list that is to be saved, with everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gallery_events import conf, sql
from gallery_events.domain.merge import merge_lists
from gallery_events.domain.operations import Operations
from gallery_events.domain.snapshots import diff, insert_in_place
from gallery_events.flows.available import tombstones
from gallery_events.forms import texts, uploads, wording
from gallery_events.forms.cleaned import CleanedGallery
from gallery_events.forms.submission import Submission


def clean(submission: Submission) -> CleanedGallery:
    """
    Take in the files, and return what the gallery is to hold.

    What is wrong is gathered in ``submission.errors``: files that came with
    it are kept all the same, so that the form can show them again.
    """
    if submission.posted.page and submission.owner is not None and submission.owner._state.adding:
        # "Save as new" of a long gallery: the form holds one page of it, the copy would too.
        submission.errors.append(wording.error("only_a_page"))
    operations = _granted(submission)
    sent = uploads.receive(submission)
    operations = replace(operations, added=(*operations.added, *sent))
    ids = _merged(submission, operations)
    ids = _existing(submission, ids)
    changed = texts.changes(submission, ids)
    return CleanedGallery(
        ids,
        texts=changed,
        texts_before=texts.before(submission, changed),
        received=submission.received,
        notices=submission.notices,
    )


def leave(submission: Submission) -> CleanedGallery:
    """
    Return the gallery as it is saved, for a form that must not change it.

    Only what is gone is left out, and named: the model would refuse it, and
    nobody could mend that here.
    """
    ids = _existing(submission, list(submission.current))
    return CleanedGallery(ids, notices=submission.notices)


def _granted(submission: Submission) -> Operations:
    """Leave out additions that do not exist or may not be used, in the same words for both."""
    operations = submission.operations
    asked = [key for key in operations.added if key not in operations.removed]
    if not asked:
        return replace(operations, added=())
    rows = submission.gallery.images_by_key(asked, using=submission.database)
    granted = [
        key
        for key in asked
        if key in rows
        and (key in submission.sent_before or submission.guard.may_use(rows[key], submission.owner))
    ]
    submission.unavailable = set(asked) - set(granted)
    submission.errors += [
        wording.error("unavailable", value=key) for key in asked if key in submission.unavailable
    ]
    return replace(operations, added=tuple(_fitting(submission, [rows[key] for key in granted])))


def _fitting(submission: Submission, images: list[Any]) -> list[Any]:
    """Return the keys of those that the gallery's own limits accept, and say of others why not."""
    limits = submission.gallery.acceptance
    unfit = {each.pk: code for each in images if (code := limits.unfit(each)) is not None}
    names = submission.called(each for each in images if each.pk in unfit)
    submission.unavailable |= unfit.keys()
    submission.errors += [
        wording.unfit(code, names.get(key) or str(key), limits=limits)
        for key, code in unfit.items()
    ]
    return [each.pk for each in images if each.pk not in unfit]


def _merged(submission: Submission, operations: Operations) -> list[Any]:
    """Put the change together with what others saved since the form was opened."""
    base, theirs = submission.base, submission.current
    mine = operations.apply(base)
    if submission.whole is not None:
        mine = [key for key in submission.whole if key not in submission.unavailable]
    if theirs == base:
        return mine
    # Ticked among what the others added, when the form was shown again.
    theirs = [key for key in theirs if key not in operations.removed]
    ids = merge_lists(base, mine=mine, theirs=theirs)
    if ids is None:
        ids = _chosen(submission, operations, mine=mine, theirs=theirs)
    elif mine not in (base, theirs):
        _tell_of_merge(submission)
    return ids


def _chosen(
    submission: Submission, operations: Operations, *, mine: list[Any], theirs: list[Any]
) -> list[Any]:
    """Keep the order of whom the form chose; without a choice it is a conflict."""
    choice = submission.posted.choice if submission.has_seen_order else ""
    # Also where it was answered: the form may fail elsewhere, and is shown with the answer.
    submission.conflict = (mine, theirs)
    if choice == "mine":
        theirs = _in_order_of(submission.base, theirs)
    elif choice == "theirs" and submission.whole is not None:
        mine = _in_order_of(submission.base, mine)
    elif choice == "theirs":
        mine = operations.without_moves().apply(submission.base)
    else:
        submission.errors.append(wording.error("conflict"))
    merged = merge_lists(submission.base, mine=mine, theirs=theirs)
    return theirs if merged is None else merged


def _in_order_of(base: list[Any], ids: list[Any]) -> list[Any]:
    """Return the same images, those of *base* in its order."""
    kept = [key for key in base if key in set(ids)]
    return insert_in_place(kept, chosen=set(ids) - set(base), model=ids)


def _tell_of_merge(submission: Submission) -> None:
    change = diff(submission.base, submission.current)
    submission.notices.append(
        wording.merged(len(change.added), len(change.removed), reordered=bool(change.moved))
    )


def _existing(submission: Submission, ids: list[Any]) -> list[Any]:
    """Leave out images whose rows are gone, and name them."""
    there = _keys(submission, ids)
    gone = [key for key in ids if key not in there]
    if gone:
        names = _names_of_gone(submission, gone)
        submission.notices.append(wording.gone([names.get(str(key)) or str(key) for key in gone]))
    return [key for key in ids if key in there]


def _names_of_gone(submission: Submission, gone: list[Any]) -> dict[str, str]:
    """Return the names that tombstones know; none where no policy can be asked any more."""
    if conf.current().SERVE == "view":
        return {}
    graves = tombstones(submission.gallery.image_model, gone, using=submission.database)
    return {each.key: each.name for each in graves}


def _keys(submission: Submission, ids: list[Any]) -> set[Any]:
    """Return those that have a row, in one query, whatever their number."""
    model = submission.gallery.image_model
    rows = model._base_manager.using(submission.database)
    among = sql.among(model._meta.pk, ids, rows.db)
    return set(rows.filter(pk__in=among).values_list("pk", flat=True)) if ids else set()
