"""What a form shows of a gallery, the first time and again after it failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from gallery_events import conf
from gallery_events.domain.operations import shown_again
from gallery_events.domain.snapshots import diff
from gallery_events.forms import receipts, texts, uploads, wording
from gallery_events.forms.submission import Submission
from gallery_events.widgets.posted import DECORATIVE
from gallery_events.widgets.shown import PAGE, Item, Page, Shown


def show(bound: Any, submission: Submission | None, *, request: Any) -> Shown:
    """Return the gallery of a bound field as its widget shows it."""
    base = submission.base if submission is not None else bound.current
    pages = _pages(base, bound.html_name, submission=submission, request=request)
    page = next((each for each in pages if each.current), None)
    ids = base if page is None else base[page.first - 1 : page.last]
    places = {key: at for at, key in enumerate(base, start=1)}
    if submission is not None:
        others = set(base) - set(ids)
        ids = [key for key in _again(submission, ids) if key not in others]
    rows = bound.gallery.images_by_key(ids, using=_database(bound))
    items = [Item(key, rows.get(key), order=str(places.get(key, ""))) for key in ids]
    texts_shown = _dress(items, bound, submission)
    shown = Shown(
        version=_version(bound, submission),
        items=items,
        count=len(base),
        pages=pages,
        editable=not bound.is_closed,
        may_upload=bound.guard.may_upload(uploads.asked(bound.gallery)),
        max_images=bound.field.max_images,
        accepted=bound.gallery.acceptance,
        texts=texts_shown,
        longest_alt=bound.gallery.image_model._meta.get_field("alt").max_length,
    )
    if submission is not None:
        _repeat(shown, submission)
    return shown


def _again(submission: Submission, ids: Iterable[Any]) -> list[Any]:
    """Return what a form that failed shows: its base, what others added, and its own additions."""
    theirs = [key for key in submission.current if submission.errors and key not in submission.base]
    mine = [*submission.sent_again, *(image.pk for image in submission.received)]
    if submission.cleaned is not None:
        # Before, nobody has asked whether they may be used.
        mine = [*submission.operations.added, *mine]
    return [key for key in shown_again(ids, theirs, mine) if key not in submission.unavailable]


def _repeat(shown: Shown, submission: Submission) -> None:
    """Put what came in back into the items, word by word."""
    theirs = set(submission.current) - set(submission.base)
    typed = {} if submission.is_lost else submission.posted.orders
    for item in shown.items:
        item.state = _state(item, submission, theirs)
        item.order = typed.get(str(item.key), item.order)
        item.removed = item.key in submission.operations.removed
    shown.received = receipts.write(submission)
    shown.notices = list(submission.notices)
    shown.seen = submission.seen
    if submission.conflict is not None:
        shown.choices = _choices(submission)
        shown.choice = submission.posted.choice if submission.has_seen_order else ""


def _state(item: Item, submission: Submission, theirs: set[Any]) -> str:
    if item.key in theirs:
        return "theirs"
    if item.key not in submission.base:
        return "added"
    return "" if item.key in submission.current else "taken"


def _choices(submission: Submission) -> list[tuple[str, str]]:
    """Say what each of both orders moves, as the rest is alike."""
    mine, theirs = submission.conflict or ([], [])
    moves = [_moved(submission.base, side) for side in (mine, theirs)]
    keys = [key for side in moves for _, key in side]
    rows = submission.gallery.images_by_key(keys, using=submission.database)
    names = submission.called(rows.values())
    labels = [wording.moved(side, names) for side in moves]
    return [
        ("mine", _("My order: %(moves)s") % {"moves": labels[0]}),
        ("theirs", _("The order saved meanwhile: %(moves)s") % {"moves": labels[1]}),
    ]


def _moved(base: list[Any], side: list[Any]) -> tuple[tuple[int, Any], ...]:
    """Return the images that one side has moved, each with its place there, counted from 1."""
    moved = diff([key for key in base if key in set(side)], side).moved
    return tuple((at + 1, key) for at, key in moved)


def _dress(items: list[Item], bound: Any, submission: Submission | None) -> str:
    """Fill in what the images say and what may be done with them; return which texts are shown."""
    digests = []
    images = [item.image for item in items if item.image is not None]
    everyone = conf.current().SERVE != "view"
    visible = None if everyone else bound.guard.visible(images)
    for item in items:
        if item.image is None:
            continue
        said, digest = (
            texts.shown_first(item.image)
            if submission is None
            else texts.shown_again(submission, item.image)
        )
        item.alt, item.caption = said["alt"], said["caption"]
        item.decorative = bool(said[DECORATIVE])
        digests.append(digest)
        item.editable = bound.guard.may_edit(item.image)
        item.visible = visible is None or item.key in visible
        if not (item.visible or item.editable):
            item.alt = item.caption = ""
    return " ".join(digests)


def _version(bound: Any, submission: Submission | None) -> int | None:
    """Return the version the form is about: after a failure still the one it began with."""
    if bound.version is None:
        return None
    if submission is None or submission.base_version is None:
        return int(bound.version)
    return submission.base_version


def _pages(
    base: list[Any], name: str, *, submission: Submission | None, request: Any
) -> list[Page]:
    if len(base) <= PAGE:
        return []
    query = request.GET.copy() if request is not None else None
    asked = (query.get(f"{name}-page", "") if query is not None else "") or (
        submission.posted.page if submission is not None else ""
    )
    numbers = range(1, -(-len(base) // PAGE) + 1)
    chosen = int(asked) if asked in {str(each) for each in numbers} else 1
    pages = []
    for each in numbers:
        page = Page(
            each, (each - 1) * PAGE + 1, min(each * PAGE, len(base)), current=each == chosen
        )
        if query is not None:
            query[f"{name}-page"] = str(each)
            page.query = query.urlencode()
        pages.append(page)
    return pages


def _database(bound: Any) -> str | None:
    return bound.owner._state.db if bound.owner is not None else None
