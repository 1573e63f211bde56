"""The images of a long gallery that stand on other pages: what the script makes their items from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from gallery_events.widgets.shown import Item
from gallery_events.widgets.words import ESCAPES


def script(items: Iterable[Item]) -> SafeString:
    """Return the element that holds them, nothing where there are none."""
    found = [told(each) for each in items]
    if not found:
        return SafeString("")
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    element = f'<script type="application/json" class="gallery-rest">{text}</script>'
    return mark_safe(element)  # noqa: S308 - escaped above


def told(item: Item) -> dict[str, Any]:
    """Return what is to be known of one image; what is as with most images is left out."""
    found: dict[str, Any] = {"id": item.text_key, "order": item.place}
    if item.order != str(item.place):
        # Also where nothing was typed, which is no wish.
        found["place"] = item.order
    if item.image is None:
        return found | {"gone": 1} | _set(removed=item.removed, state=item.state)
    found |= _set(
        removed=item.removed,
        state=item.state,
        alt=item.alt,
        caption=item.caption,
        decorative=item.decorative,
        unticked=item.was_decorative and not item.decorative,
        digest=item.shown,
    )
    if not item.editable:
        found["editable"] = False
    if item.thumbnail is not None and item.large is not None:
        found |= {"thumbnail": item.thumbnail["url"], "shown": item.large["url"]}
        found |= {name: value for name, value in item.traits if name not in ("key", "order")}
    return found


def _set(**values: Any) -> dict[str, Any]:
    """Return what says anything."""
    return {name: int(value) if value is True else value for name, value in values.items() if value}
