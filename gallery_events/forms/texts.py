"""What a form says of images, in words and boxes: changed only where its user changed it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from gallery_events.forms import wording
from gallery_events.forms.submission import Submission
from gallery_events.widgets.posted import DECORATIVE, LONGEST_TEXT, TEXTS, TICKED

Texts = dict[str, str]


def shown_first(image: Any) -> tuple[Texts, str]:
    """Return the texts of an image, and what tells later that these were shown."""
    texts = _texts(image)
    return texts, _joined(image, {kind: _digest(text) for kind, text in texts.items()})


def shown_again(submission: Submission, image: Any) -> tuple[Texts, str]:
    """
    Return the texts as a form shows them that failed: what its user typed, else what is saved.

    Beside a text that was typed stays what it was typed over, until the form
    has said that somebody else changed it meanwhile.
    """
    saved, digests = _texts(image), {}
    texts = dict(saved)
    for kind, text in saved.items():
        typed, before = _typed(submission, image, kind)
        digests[kind] = _digest(text)
        if typed is not None and _digest(typed) != before:
            texts[kind] = typed
            told = (image.pk, kind) in submission.told_texts
            digests[kind] = _digest(text) if told else before
    return texts, _joined(image, digests)


def changes(submission: Submission, ids: list[Any]) -> dict[Any, dict[str, Any]]:
    """Return what to change by key; what may not be changed, or was meanwhile, is an error."""
    found: dict[Any, dict[str, Any]] = {}
    stays = set(ids)
    for image, kind, wanted, meanwhile in _changed(submission):
        if image.pk not in stays:
            continue
        if problem := _problem(submission, image, kind, wanted=wanted, meanwhile=meanwhile):
            submission.errors.append(problem)
        else:
            found.setdefault(image.pk, {})[kind] = _value(kind, wanted)
    return found


def before(submission: Submission, changed: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Return what those texts were when it was decided to change them."""
    rows = submission.rows
    return {
        key: {kind: getattr(rows[key], kind) for kind in texts} for key, texts in changed.items()
    }


def have_changed(submission: Submission) -> bool:
    """Tell whether the form's user changed any text."""
    return any(True for _ in _changed(submission))


def _changed(submission: Submission) -> Iterable[tuple[Any, str, str, bool]]:
    """Yield image, kind and text wanted, and whether somebody else changed it meanwhile."""
    for key in submission.texts:
        image = submission.rows.get(key)
        for kind, saved in _texts(image).items() if image is not None else ():
            typed, shown = _typed(submission, image, kind)
            if typed is not None and _digest(typed) not in (shown, _digest(saved)):
                yield image, kind, typed, shown != _digest(saved)


def _problem(submission: Submission, image: Any, kind: str, *, wanted: str, meanwhile: bool) -> Any:
    name = submission.called([image]).get(image.pk, image.pk)
    if not submission.guard.may_edit(image):
        return wording.error("text_forbidden", name=name)
    if meanwhile:
        submission.told_texts.add((image.pk, kind))
        return wording.error("text_conflict", name=name, theirs=getattr(image, kind))
    limit = image._meta.get_field(kind).max_length or LONGEST_TEXT
    if len(wanted) > limit:
        return wording.error("text_too_long", name=name, count=len(wanted), limit=limit)
    return None


def _typed(submission: Submission, image: Any, kind: str) -> tuple[str | None, str]:
    """Return the text that came in, if any, and the digest of the one it was typed over."""
    typed = submission.texts.get(image.pk, {}).get(kind)
    shown = submission.texts_shown.get(str(image.pk), {}).get(kind)
    return (
        None if typed is None else _cleaned(typed),
        shown or _digest(_text(kind, getattr(image, kind))),
    )


def _joined(image: Any, digests: Texts) -> str:
    return ":".join([quote(str(image.pk), safe=""), *(digests[kind] for kind in TEXTS)])


def _texts(image: Any) -> Texts:
    """Return what an image says now, a box as its text."""
    return {kind: _text(kind, getattr(image, kind)) for kind in TEXTS}


def _text(kind: str, value: Any) -> str:
    return (TICKED if value else "") if kind == DECORATIVE else str(value)


def _value(kind: str, text: str) -> Any:
    return bool(text) if kind == DECORATIVE else text


def _cleaned(text: str) -> str:
    # A browser sends line ends as the standard of forms says, not as they were typed.
    return text.replace("\r\n", "\n").strip()


def _digest(text: str) -> str:
    return blake2b(_cleaned(text).encode(errors="surrogatepass"), digest_size=6).hexdigest()
