"""What came in for one gallery: text and files, as the form's names say; nothing is believed yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from django.core.exceptions import TooManyFieldsSent
from django.utils.datastructures import MultiValueDict

#: Whether an image is only decoration: a box, which a browser sends only when it is ticked.
DECORATIVE = "decorative"
#: What of an image a form can change.
TEXTS = ("alt", "caption", DECORATIVE)
#: What a ticked box says here, whatever came in; one that is not ticked says nothing.
TICKED = "on"
#: So many characters has a text at most whose column sets no limit.
LONGEST_TEXT = 2000
#: The parameter that holds others, and how many of them at most.
BUNDLE = "bundle"
MOST_BUNDLED = 50_000
#: The longest number that can be a place or a version; longer ones are somebody's joke.
LONGEST_NUMBER = 9


@dataclass(slots=True)
class Posted:
    """
    The parameters of one gallery, keys still as text.

    *base* is the version the form showed, *orders* the place typed beside each
    image, *removed* the boxes ticked, *texts* alt texts, captions and whether it is
    decorative, by key.
    *shown* tells which texts the form showed, *seen* up to which version it
    showed what others did, *choice* whose order is wanted, *received* which
    images came with the form when it was sent before.
    """

    name: str
    base: str = ""
    orders: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    uploads: list[Any] = field(default_factory=list)
    shown: str = ""
    seen: str = ""
    choice: str = ""
    page: str = ""
    received: str = ""
    #: Names of files that came without the files: the form was not sent as multipart/form-data.
    names_only: list[str] = field(default_factory=list)
    #: A whole list as JSON under the gallery's own name: what programs send, and plain widgets.
    #: With a base it is merged with what others saved since, without one it replaces all.
    whole: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all came in for this gallery, so that nothing is asked of it."""
        return self.asks_nothing and not self.base and self.whole is None

    @property
    def asks_nothing(self) -> bool:
        """Tell whether no operation came in, beside which a whole list would have no meaning."""
        asked = (self.orders, self.removed, self.texts, self.uploads, self.names_only)
        return not any(asked)


def posted(data: Mapping[str, Any], files: Mapping[str, Any] | None, name: str) -> Posted:
    """Gather the parameters of one gallery from those of a whole request."""
    found = Posted(name)
    if bundle := _text(data.get(f"{name}-{BUNDLE}")):
        data = _unbundled(data, bundle, name=name)
    for part in ("base", "shown", "seen", "choice", "page", "received"):
        setattr(found, part, _text(data.get(f"{name}-{part}")))
    found.removed = [_text(each) for each in _values(data, f"{name}-remove")]
    found.uploads = [each for each in _values(files or {}, f"{name}-upload") if each]
    found.names_only = [_text(each) for each in _values(data, f"{name}-upload") if each]
    order = f"{name}-order-"
    texts = {kind: f"{name}-{kind}-" for kind in TEXTS}
    for parameter in data:
        if not isinstance(parameter, str) or not parameter.startswith(name):
            continue
        if parameter.startswith(order):
            found.orders[parameter[len(order) :]] = _text(data.get(parameter)).strip()
            continue
        for kind, prefix in texts.items():
            if parameter.startswith(prefix):
                key = parameter[len(prefix) :]
                found.texts.setdefault(key, {})[kind] = _text(data.get(parameter))
    _take_boxes(found, _values(data, f"{name}-{DECORATIVE}"))
    if found.asks_nothing and name in data:
        found.whole = _text(data.get(name))
    return found


def _unbundled(data: Mapping[str, Any], bundle: str, *, name: str) -> Mapping[str, Any]:
    """
    Return all parameters, with those of a bundle beside the others.

    A gallery of a thousand images has more of them than Django reads of a
    form: the script sends what changed as one, written as the query of an address.
    """
    found = MultiValueDict({each: _values(data, each) for each in data})
    try:
        pairs = parse_qsl(bundle, keep_blank_values=True, max_num_fields=MOST_BUNDLED)
    except ValueError as error:
        message = f"“{name}-{BUNDLE}” holds more than {MOST_BUNDLED} parameters."
        raise TooManyFieldsSent(message) from error
    for part, value in pairs:
        found.appendlist(f"{name}-{part}", value)
    return found


def _take_boxes(found: Posted, shown_ticked: list[Any]) -> None:
    """Have boxes say one of two things; one that was shown ticked and did not come is unticked."""
    for texts in found.texts.values():
        if texts.get(DECORATIVE):
            texts[DECORATIVE] = TICKED
    for key in map(_text, shown_ticked):
        found.texts.setdefault(key, {}).setdefault(DECORATIVE, "")


def texts_shown(text: str) -> dict[str, dict[str, str]]:
    """Return what a form says of the texts it showed: a digest by key, as text, and by kind."""
    found = {}
    for each in text.split():
        key, *digests = each.split(":")
        found[unquote(key)] = dict(zip(TEXTS, digests, strict=False))
    return found


def number(text: str) -> int | None:
    """Return what people type as a number, None for nothing; raise ValueError for anything else."""
    text = text.strip()
    if not text:
        return None
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    # Decimal digits of any script: people type those of their own.
    if not (digits.isdecimal() and len(digits) <= LONGEST_NUMBER):
        message = f"{text[:20]!r} is no number"
        raise ValueError(message)
    return sign * int(digits)


def _values(data: Mapping[str, Any], name: str) -> list[Any]:
    """Return all values of a parameter, from a request's dictionary or a plain one."""
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    value = data.get(name)
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    # PostgreSQL stores no NUL, and no form of a browser sends one.
    return "" if value is None else str(value).replace("\x00", "")
