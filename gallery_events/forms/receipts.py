"""What a form that failed has received already, in a signed word that comes back with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import signing

if TYPE_CHECKING:
    from gallery_events.forms.submission import Submission

SALT = "gallery_events.forms.received"


def write(submission: Submission) -> str:
    """Return the word for all images that this form has brought so far; nothing for none."""
    made = [each.pk for each in submission.received]
    keys = dict.fromkeys([*submission.sent_before, *submission.sent_again, *made])
    if not keys:
        return ""
    gallery = submission.gallery
    return signing.dumps(
        [_whose(submission), [gallery.to_json(key) for key in keys]], salt=SALT, compress=True
    )


def read(submission: Submission) -> list[Any]:
    """
    Return the keys of a word; none where it is forged, or another user's.

    Whoever brought an image with a form may put it into that form's gallery,
    also when the policy would not let them use it elsewhere.
    """
    try:
        whose, keys = signing.loads(submission.posted.received, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return list(submission.gallery.usable_keys(keys)) if whose == _whose(submission) else []


def _whose(submission: Submission) -> list[str]:
    model = submission.gallery.image_model._meta.label
    return [str(submission.guard.user.pk), model, submission.posted.name]
