"""Sentences that depend on a number, and which form a language has for which: a script follows."""

from typing import NamedTuple

from django.utils.translation import ngettext

#: What tells the forms of all languages apart: they ask for the number itself while it is small,
#: else for its last two digits, for which the numbers from 100 to 199 stand here ...
SMALL = range(200)
#: ... and whether it is whole millions, of which Spanish says "1 millón de imágenes".
MILLION = 1_000_000


class Plural(NamedTuple):
    """A sentence about ``{count}`` things, in the two forms that English has."""

    singular: str
    plural: str


def plural(singular: str, several: str, /) -> Plural:
    """Mark a sentence that depends on a number, as ``gettext_lazy`` marks one that does not."""
    return Plural(singular, several)


class Rule(NamedTuple):
    """
    Places of forms: one digit for each number from 0 on, the last one for all that follow.

    *millions* is the place of the form for whole millions.
    """

    small: str
    millions: int


def asked(word: Plural) -> tuple[list[str], Rule]:
    """Return the forms of a word in the active language, and the rule that chooses among them."""
    chosen = [ngettext(*word, number) for number in (*SMALL, MILLION)]
    forms = list(dict.fromkeys(chosen))
    *small, millions = map(forms.index, chosen)
    digits = "".join(map(str, small))
    return forms, Rule(digits.rstrip(digits[-1]) + digits[-1], millions)
