"""Alt texts and captions in a form: changed only where its user changed them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, unquote

from gallery_events.forms import wording
from gallery_events.forms.submission import Submission
from gallery_events.widgets.posted import TEXTS

Texts = dict[str, str]


def digests(images: Iterable[Any]) -> str:
    """Return what tells, when the form comes back, which texts it showed."""
    return " ".join(f"{quote(str(image.pk))}:{_digest(_texts(image))}" for image in images)


def changes(submission: Submission, ids: list[Any]) -> dict[Any, Texts]:
    """Return the texts to change by key; what may not be changed, or was meanwhile, is an error."""
    found = {}
    stays = set(ids)
    for image, wanted, meanwhile in _changed(submission):
        if image.pk not in stays:
            continue
        if problem := _problem(submission, image, wanted, meanwhile=meanwhile):
            submission.errors.append(problem)
            continue
        saved = _texts(image)
        found[image.pk] = {kind: text for kind, text in wanted.items() if text != saved[kind]}
    return found


def have_changed(submission: Submission) -> bool:
    """Tell whether the form's user changed any text."""
    return any(True for _ in _changed(submission))


def _changed(submission: Submission) -> Iterable[tuple[Any, Texts, bool]]:
    """Yield images with the texts wanted, and whether somebody else changed them meanwhile."""
    shown = _shown(submission)
    for key, posted in submission.texts.items():
        image = submission.rows.get(key)
        if image is None:
            continue
        saved = _texts(image)
        wanted = {**saved, **{kind: _cleaned(text) for kind, text in posted.items()}}
        before = shown.get(str(key), _digest(saved))
        if _digest(wanted) not in (before, _digest(saved)):
            yield image, wanted, before != _digest(saved)


def _problem(submission: Submission, image: Any, wanted: Texts, *, meanwhile: bool) -> Any:
    name = image.name or image.pk
    if not submission.guard.may_edit(image):
        return wording.error("text_forbidden", name=name)
    limit = image._meta.get_field("alt").max_length
    if len(wanted["alt"]) > limit:
        return wording.error("text_too_long", name=name, count=len(wanted["alt"]), limit=limit)
    if meanwhile:
        theirs = " / ".join(filter(None, _texts(image).values()))
        return wording.error("text_conflict", name=name, theirs=theirs)
    return None


def _shown(submission: Submission) -> dict[str, str]:
    pairs = (each.rpartition(":") for each in submission.posted.shown.split())
    return {unquote(key): digest for key, _, digest in pairs}


def _texts(image: Any) -> Texts:
    return {kind: getattr(image, kind) for kind in TEXTS}


def _cleaned(text: str) -> str:
    # A browser sends line ends as the standard of forms says, not as they were typed.
    return text.replace("\r\n", "\n").strip()


def _digest(texts: Texts) -> str:
    joined = "\x00".join(_cleaned(texts[kind]) for kind in TEXTS)
    return blake2b(joined.encode(), digest_size=6).hexdigest()
