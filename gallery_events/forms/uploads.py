"""The files that came with a form: each becomes an image, or a sentence."""

from __future__ import annotations

import hashlib
from typing import Any

from gallery_events.exceptions import UploadRefused
from gallery_events.flows import upload
from gallery_events.forms import wording
from gallery_events.forms.submission import Submission


def receive(submission: Submission) -> list[Any]:
    """
    Return the keys of the images that the files are; what was refused is an error each.

    Those that were made now are in ``submission.received``.
    """
    files = submission.posted.uploads
    submission.errors += [
        wording.error("not_multipart", name=each) for each in submission.posted.names_only
    ]
    if not files:
        return []
    if not submission.guard.may_upload(submission.gallery):
        submission.errors += [wording.error("upload_forbidden", name=_name(each)) for each in files]
        return []
    there = _sent_before(submission)
    keys = []
    for file in files:
        if there and (key := there.get(_sha256(file))) is not None:
            keys.append(key)
            continue
        try:
            image = upload.receive(file, user=submission.guard.user, field=submission.gallery)
        except UploadRefused as refused:
            submission.errors.append(wording.refusal(refused, _name(file)))
            continue
        submission.received.append(image)
        keys.append(image.pk)
    return keys


def _sent_before(submission: Submission) -> dict[str, Any]:
    """
    Return what its user has added since the form was opened: keys by hash.

    Whoever sends a form twice, by a second click or by going back, means the
    same picture.
    """
    since = [key for key in submission.current if key not in set(submission.base)]
    rows = submission.gallery.image_model._default_manager
    mine = rows.filter(pk__in=since, uploaded_by=submission.guard.user.pk)
    return dict(mine.values_list("upload_sha256", "pk")) if since else {}


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk.encode() if isinstance(chunk, str) else chunk)
    return digest.hexdigest()


def _name(file: Any) -> str:
    return str(getattr(file, "name", "") or "?")
