"""What of one element of an SVG is kept: by its name, and attribute by attribute."""

from __future__ import annotations

from collections.abc import Callable

from gallery_events.imaging.svg.styles import tame
from gallery_events.imaging.svg.text import NAMESPACE
from gallery_events.imaging.svg.vocabulary import (
    ANIMATIONS,
    ELEMENTS,
    PICTURES,
    REFUSED,
    TELLING,
    TOLD,
    XLINK,
    XML,
)

#: What a picture in the file becomes; None when it is none.
Embedded = Callable[[str], str | None]
#: Stands for ``xml:space`` while a filter is at work that does not know it.
SPACE = "data-space"


def kept_name(name: str, attributes: dict[str, str], *, strip: bool) -> str | None:
    """Return what an element is called in the result; None leaves it out with all that it holds."""
    uri, _, local = name.rpartition(" ")
    if uri != NAMESPACE or local not in ELEMENTS or (strip and local in TOLD):
        return None
    if local in ANIMATIONS - {"animateMotion"}:
        animated = attributes.get("attributeName", "").rpartition(":")[2].strip().lower()
        # An animation could exchange an address, or a script of an event, after all is filtered.
        if not animated or animated in ("href", "style", "class") or animated.startswith("on"):
            return None
    return local


def kept_attributes(
    local: str, attributes: dict[str, str], *, strip: bool, embedded: Embedded
) -> dict[str, str]:
    """Return the attributes that an element keeps, as they are written in the result."""
    kept = {}
    for key, value in attributes.items():
        uri, _, name = key.rpartition(" ")
        found: str | None = None
        if name == "href" and uri in ("", XLINK):
            found = _address(local, value.strip(), embedded)
        elif uri == XML and name in ("space", "lang"):
            name, found = f"xml:{name}", tame(value)
        elif name == SPACE and not uri:
            name, found = "xml:space", tame(value)
        elif not uri and _may_stay(name, strip=strip):
            found = tame(value)
        if found is not None:
            kept[name] = found
    return kept


def _may_stay(name: str, *, strip: bool) -> bool:
    lower = name.lower()
    if lower.startswith(("on", "data-")) or ":" in name or name in REFUSED:
        return False
    return not (strip and lower in TELLING)


def _address(local: str, value: str, embedded: Embedded) -> str | None:
    """Return an address inside the file, or a picture in it; anything else is none."""
    if value.startswith("#"):
        return value
    if local in PICTURES and value[:5].lower() == "data:":
        return embedded(value)
    return None
