"""The files that came with a form: each becomes an image, or a sentence."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gallery_events import history
from gallery_events.exceptions import UploadRefused
from gallery_events.fields import GalleryField
from gallery_events.flows import upload
from gallery_events.forms import wording
from gallery_events.forms.submission import Submission
from gallery_events.imaging.names import cleaned

#: What was sent so long ago is sent again on purpose.
LATELY = timedelta(hours=1)

#: Where a request keeps the images that came with its forms.
RECEIVED = "_gallery_received"
#: A file's name and the hash of its bytes.
Mark = tuple[str, str]


def receive(submission: Submission) -> list[Any]:
    """
    Return the keys of the images that the files are; what was refused is an error each.

    Those that were made now are in ``submission.received``, the others in ``sent_again``.
    """
    files = submission.posted.uploads
    submission.errors += [
        wording.error("not_multipart", name=each) for each in submission.posted.names_only
    ]
    if not files:
        return []
    if not submission.guard.may_upload(asked(submission.gallery)):
        submission.errors += [wording.error("upload_forbidden", name=_name(each)) for each in files]
        return []
    there = _sent_before(submission, files)
    keys = []
    for file in files:
        if (key := there.pop(_mark(file), None)) is not None:
            submission.sent_again.append(key)
            keys.append(key)
            continue
        try:
            image = upload.receive(file, user=submission.guard.user, field=submission.gallery)
        except UploadRefused as refused:
            limits = submission.gallery.acceptance
            submission.errors.append(wording.refusal(refused, _name(file), limits=limits))
            continue
        _tell_of_twins(submission, image)
        submission.received.append(image)
        _remember(image)
        keys.append(image.pk)
    return keys


def _tell_of_twins(submission: Submission, image: Any) -> None:
    twins = upload.twins(image)
    if twins and (names := submission.called(twins)):
        submission.notices.append(wording.already(image.name, list(names.values())))


def asked(gallery: GalleryField) -> GalleryField | None:
    """Return the gallery that a policy is asked about; a form about no model uploads for none."""
    return gallery if hasattr(gallery, "model") else None


def _sent_before(submission: Submission, files: list[Any]) -> dict[Mark, Any]:
    """
    Return what its user has sent lately and put nowhere else: keys by name and hash.

    Whoever sends a form twice, by a second click, by going back or after it
    failed, means the same picture. One that was in the gallery already when
    the form was opened is meant to be there twice.
    """
    user = submission.guard.user.pk
    marks = {_mark(each) for each in files}
    meant = Q(pk__in=set(submission.current) - set(submission.base))
    if user is not None:
        meant |= Q(references__isnull=True, uploaded_at__gte=timezone.now() - LATELY)
    rows = submission.gallery.image_model._default_manager.filter(
        meant,
        uploaded_by=user,
        upload_sha256__in=[sha256 for _, sha256 in marks],
        trashed_at__isnull=True,
    ).exclude(pk__in=submission.base)
    found = rows.order_by("-pk").values_list("name", "upload_sha256", "pk")
    return {(name, sha256): key for name, sha256, key in found if (name, sha256) in marks}


def _remember(image: Any) -> None:
    """Tell the request what it has received: whoever undoes its transaction cleans up after it."""
    request = history.request_under_way()
    if request is not None:
        request.__dict__.setdefault(RECEIVED, []).append(image)


def _mark(file: Any) -> Mark:
    """Return what tells a file from others: its name as an image would have it, and its bytes."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk.encode() if isinstance(chunk, str) else chunk)
    return cleaned(_name(file)), digest.hexdigest()


def _name(file: Any) -> str:
    return str(getattr(file, "name", "") or "?")
