"""
What the widget's script says, from the same catalogue as everything else.

Each area is a module with ``WORDS``: texts by name, marked with ``gettext_lazy``
or ``plural``, with ``{placeholders}``. The script calls them ``area.name``. A
sentence that Python says too keeps its ``%(placeholders)s``: one message in the
catalogue serves both.
"""

import json
import re
from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from gallery_events.widgets.words.plurals import Plural, Rule, asked, plural

__all__ = ["Plural", "marked", "plural", "script", "spoken"]

#: A placeholder of a sentence that the server says too; the script fills in ``{name}`` alone.
PLACE = re.compile(r"%\((\w+)\)[sd]")
#: As Django's ``json_script``: nothing in the text can end the element that it stands in.
ESCAPES = {ord(each): f"\\u{ord(each):04X}" for each in "<>&"}

#: How Python writes the place of something in a text.
PLACEHOLDER = re.compile(r"%\((\w+)\)[ds]")


def script() -> SafeString:
    """Return the element that holds the words of the active language."""
    return _script(get_language() or "")


# As many as any site has languages; the words of one do not change while a process runs.
@lru_cache(maxsize=128)
def _script(language: str) -> SafeString:
    text = json.dumps(spoken(language), ensure_ascii=False, separators=(",", ":"))
    element = f'<script type="application/json" class="gallery-words">{text.translate(ESCAPES)}'
    return mark_safe(f"{element}</script>")  # noqa: S308 - escaped above


def spoken(language: str, /) -> dict[str, Any]:
    """
    Return the words of the active language, which is called *language*, as the script takes them.

    A word that depends on a number has ``forms`` and the place of its rule in
    ``rules``. Of a rule, ``small`` holds a digit, the place of a form, for each number
    below 200; its last digit goes for all that follow. Of a greater number the last
    two digits count, from 100 on, and whole ``millions`` may have a form of their own.
    """
    rules: list[Rule] = []
    words: dict[str, Any] = {}
    for key, word in marked().items():
        if not isinstance(word, Plural):
            words[key] = _braced(str(word))
            continue
        forms, rule = asked(word)
        if rule not in rules:
            rules.append(rule)
        words[key] = {"forms": [_braced(each) for each in forms], "rule": rules.index(rule)}
    return {"language": language, "rules": [each._asdict() for each in rules], "words": words}


@cache
def marked() -> dict[str, Any]:
    """Return all words by the names that the script knows them by, not translated yet."""
    areas = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
    return {
        f"{area.__name__.rpartition('.')[2]}.{name}": word
        for area in areas
        for name, word in getattr(area, "WORDS", {}).items()
    }


def _braced(text: str) -> str:
    """Return a text with its placeholders as the script knows them."""
    return PLACEHOLDER.sub(r"{\1}", text)
