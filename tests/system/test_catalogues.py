"""The catalogues of translations: whole, sound, and in the signs of each language."""

import ast
import re
from collections import Counter
from functools import cache

import pytest

from building import messages
from building.catalogues import PACKAGES, ROOT
from building.messages import LOCALES
from tests import named

#: What a text holds that must be in its translation as well: placeholders and tags.
HELD = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>")
#: Signs of other writings, by the locale in which they are slips.
SLIPS = {
    "de": r"[“\u2018«»]\w|\w”|\.\.\.",
    "es": r"[“”„]|\.\.\.|^[^¿]*\?|^[^¡]*!",
    "fr": r" [:;!?»]|« |[^\u202f\d]:(?!//)(?=\s|$)|[^\u202f];|[^\u202f][?!]|\w'\w|[“”„]",
    "zh_Hans": r"[\u4e00-\u9fff][,;:?!.()]|[,;:?!()][\u4e00-\u9fff]|[„«»]",
}
#: Calls that mark a text, and how many of their arguments must be written out.
MARKS = dict.fromkeys(messages.ONE, 1) | dict.fromkeys(messages.SEVERAL, 2)

each_catalogue = pytest.mark.parametrize(
    "package, locale", [(package, locale) for package in PACKAGES for locale in LOCALES], ids=named
)


@cache
def read(package, locale):
    return list(messages.messages(messages.read(package, locale)))


@cache
def wanted(package):
    return {messages.key(each) for each in messages.messages(messages.template(package))}


def forms(text):
    return text if isinstance(text, tuple) else (text,)


@each_catalogue
def test_a_catalogue_holds_what_the_sources_say_and_nothing_else(package, locale):
    held = read(package, locale)
    there = {messages.key(each) for each in held}

    assert {
        "missing": wanted(package) - there,
        "no longer in the sources": there - wanted(package),
        "to translate, or fuzzy": [each.id for each in held if messages.is_open(each)],
    } == {
        "missing": set(),
        "no longer in the sources": set(),
        "to translate, or fuzzy": [],
    }, "run `make messages`, then see docs/translating.md"


@each_catalogue
def test_a_translation_has_the_placeholders_and_tags_of_its_source(package, locale):
    wrong = []
    for message in read(package, locale):
        allowed = [Counter(HELD.findall(each)) for each in forms(message.id)]
        wrong += [
            (message.id, each)
            for each in forms(message.string)
            # A noun that stands once may have lost its number: "An image exists no longer".
            if Counter(HELD.findall(each)) not in allowed
        ]

    assert not wrong


@each_catalogue
def test_a_translation_has_as_many_forms_as_its_language(package, locale):
    number = messages.read(package, locale).num_plurals

    assert number == {"de": 2, "es": 3, "fr": 3, "zh_Hans": 1}[locale]
    plurals = [each for each in read(package, locale) if isinstance(each.id, tuple)]
    assert [each.id for each in plurals if len(each.string) != number] == []


@each_catalogue
def test_a_translation_begins_and_ends_as_its_source_does(package, locale):
    wrong = []
    for message in read(package, locale):
        source, translated = forms(message.id)[-1], forms(message.string)[-1]
        ends = [each[-1] in ".。" for each in (source, translated)]
        edges = [each != each.strip() for each in (source, translated)]
        if len({*ends}) > 1 or any(edges):
            wrong.append((source, translated))

    assert not wrong


@each_catalogue
def test_a_translation_is_written_in_the_signs_of_its_language(package, locale):
    slips = [
        (found[0], each)
        for message in read(package, locale)
        for each in forms(message.string)
        if (
            found := re.search(
                SLIPS[locale], re.sub(HELD, "", re.sub(r"<code>.*</code>", "", each))
            )
        )
    ]

    assert not slips


def test_every_text_that_is_marked_is_written_out():
    unmatched = []
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                marked = call.args[: MARKS.get(name, 0)]
                if not all(isinstance(each, ast.Constant) for each in marked):
                    unmatched.append(f"{path.relative_to(ROOT)}: {ast.unparse(call)}")

    # The marker's own: what it is given was marked where it was written.
    assert unmatched == ["gallery_events/widgets/words/plurals.py: ngettext(*word, number)"]
