"""The words of the widget's script: safe in a page, and with the forms of every language."""

import json
import re
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy, ngettext, override

from gallery_events.widgets import words
from gallery_events.widgets.words.plurals import asked, plural

ROOT = Path(__file__).parents[2]
#: How the script asks for a word by its whole name.
SAID = re.compile(r"""\bsay\(\s*["'`]([a-z_]+\.[a-z_0-9]+)["'`]""")
#: A word that Django itself has in every language.
MINUTES = plural("%(num)d minute", "%(num)d minutes")
NUMBERS = [*range(1002), 10_000, 10_001, 10_002, 999_999, 1_000_000, 1_000_001, 3_000_000]


@pytest.fixture
def vocabulary(monkeypatch):
    """Return what says that these words are all there are."""

    def only(found):
        monkeypatch.setattr(words, "marked", lambda: found)
        words._script.cache_clear()

    yield only
    words._script.cache_clear()


def content(element):
    return re.fullmatch(
        r'<script type="application/json" class="gallery-words">(.*)</script>', element, re.DOTALL
    )[1]


def form(forms, rule, number):
    """Choose as frontend/src/words.js does."""
    if number and number % 1_000_000 == 0:
        return forms[rule.millions]
    place = number if number < 200 else 100 + number % 100
    return forms[int(rule.small[min(place, len(rule.small) - 1)])]


@pytest.mark.parametrize(
    "language", ["en", "de", "es", "fr", "zh-hans", "ar", "cy", "ga", "he", "lt", "lv", "pl", "sl"]
)
def test_the_rule_chooses_the_form_that_the_catalogue_has_for_each_number(language):
    with override(language):
        forms, rule = asked(MINUTES)

        told = {number: form(forms, rule, number) for number in NUMBERS}
        assert told == {number: ngettext(*MINUTES, number) for number in NUMBERS}


@pytest.mark.parametrize(
    "language, small", [("en", "010"), ("de", "010"), ("fr", "001"), ("zh-hans", "0")]
)
def test_a_rule_is_as_short_as_its_language_lets_it_be(language, small):
    with override(language):
        assert asked(MINUTES)[1].small == small


def test_words_that_depend_on_numbers_share_their_rule(vocabulary):
    images = plural("{count} image", "{count} images")
    vocabulary({"a.images": images, "a.days": plural("{count} day", "{count} days"), "a.b": "B"})

    with override("en"):
        assert words.spoken("en") == {
            "language": "en",
            "rules": [{"small": "010", "millions": 0}],
            "words": {
                "a.images": {"forms": ["{count} images", "{count} image"], "rule": 0},
                "a.days": {"forms": ["{count} days", "{count} day"], "rule": 0},
                "a.b": "B",
            },
        }


def test_a_sentence_of_the_server_has_its_placeholders_as_the_script_fills_them_in(vocabulary):
    vocabulary({"a.b": "“%(name)s” is 5% too large.", "a.minutes": MINUTES})

    told = words.spoken("en")["words"]

    assert told["a.b"] == "“{name}” is 5% too large."
    assert told["a.minutes"]["forms"] == ["{num} minutes", "{num} minute"]


def test_no_word_can_end_the_element_that_holds_it(vocabulary):
    vocabulary({"a.b": "</script><!-- & “ñ”"})

    text = content(words.script())

    assert not set("<>&") & set(text)
    assert "“ñ”" in text
    assert json.loads(text)["words"] == {"a.b": "</script><!-- & “ñ”"}


def test_each_language_is_told_in_its_own_words(vocabulary):
    vocabulary({"a.yes": gettext_lazy("Yes"), "a.minutes": MINUTES})
    told = {}
    for language in ("de", "fr", "zh-hans", "de"):
        with override(language):
            told[language] = json.loads(content(words.script()))

    assert [each["language"] for each in told.values()] == ["de", "fr", "zh-hans"]
    assert [each["words"]["a.yes"] for each in told.values()] == ["Ja", "Oui", "是"]


def test_words_are_gathered_once_for_each_language(vocabulary):
    vocabulary({"a.yes": gettext_lazy("Yes")})

    with override("fr"):
        assert words.script() is words.script()


def test_without_any_language_the_words_are_english(vocabulary):
    vocabulary({"a.yes": gettext_lazy("Yes"), "a.minutes": MINUTES})

    with override(None):
        told = words.spoken("")

    assert told["words"]["a.yes"] == "Yes"
    assert told["rules"] == [{"small": "010", "millions": 0}]


def test_a_word_that_depends_on_a_number_says_it():
    plurals = [word for word in words.marked().values() if isinstance(word, words.Plural)]

    assert plurals
    assert [each for each in plurals if not re.search("count", each.plural)] == []


def test_every_word_that_the_script_asks_for_is_there():
    asked = {
        key
        for path in (ROOT / "frontend" / "src").rglob("*.js")
        for key in SAID.findall(path.read_text(encoding="utf-8"))
    }

    assert asked
    assert asked - words.marked().keys() == set()


def test_the_names_of_words_begin_with_their_area():
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", key) for key in words.marked())


def test_a_sentence_of_python_s_own_comes_with_the_placeholders_of_the_script(vocabulary):
    vocabulary({"uploading.refused": gettext_lazy("%(name)s by %(count)d"), "time": MINUTES})
    told = words.spoken("en")["words"]
    assert told["uploading.refused"] == "{name} by {count}"
    assert told["time"]["forms"] == ["{num} minutes", "{num} minute"]
