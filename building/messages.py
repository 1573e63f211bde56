"""
``python -m building.messages``: bring the catalogues of translations up to date with the sources.

Babel reads Python, and templates by way of Django's own ``templatize``: nobody needs
GNU gettext. How to go on from there is said in ``docs/translating.md``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from building.catalogues import PACKAGES, ROOT

#: As Django spells its locales; English is the source.
LOCALES = ("de", "es", "fr", "zh_Hans")

ONE = ("gettext", "gettext_lazy", "gettext_noop", "_")
SEVERAL = ("ngettext", "ngettext_lazy", "plural")
KEYWORDS = {
    **dict.fromkeys(ONE),
    **dict.fromkeys(SEVERAL, (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
#: What a comment begins with that says something to translators.
COMMENTS = ("Translators:",)


def path_of(package: str, locale: str) -> Path:
    """Return where a catalogue is."""
    return ROOT / package / "locale" / locale / "LC_MESSAGES" / "django.po"


def read(package: str, locale: str) -> Catalog:
    """Return a catalogue as it is; one that nobody has begun is empty."""
    path = path_of(package, locale)
    if not path.exists():
        return begun(locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain="django", abort_invalid=True)


def begun(locale: str) -> Catalog:
    """Return a catalogue of a new language, with the plural forms that Babel knows of it."""
    catalogue = Catalog(
        locale=locale,
        domain="django",
        project="django-gallery-events",
        version="1",
        header_comment=f"# {Locale.parse(locale).english_name}; see docs/translating.md.",
        last_translator="The django-gallery-events contributors",
        language_team=locale,
        revision_date=datetime.now(tz=UTC),
        fuzzy=False,
    )
    catalogue.msgid_bugs_address = ""
    return catalogue


def sources(package: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and text of all that people may read something from, as Python."""
    for path in sorted((ROOT / package).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and "/migrations/" not in name:
            yield name, path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "/templates/" in name:
            # In brackets no indentation means anything.
            yield name, f"({templatize(path.read_text(encoding='utf-8'))})".encode()


def template(package: str) -> Catalog:
    """Return what there is to be translated now."""
    found = Catalog(project="django-gallery-events", domain="django")
    for name, text in sources(package):
        for line, words, comments, context in extract(
            "python", BytesIO(text), KEYWORDS, COMMENTS, {"encoding": "utf-8"}
        ):
            found.add(words, None, [(name, line)], auto_comments=comments, context=context)
    return found


def updated(package: str, locale: str) -> Catalog:
    """Return a catalogue with what is new; what is like an old text has that as a proposal."""
    old, now = read(package, locale), template(package)
    # Without a new date a catalogue changes only when its texts do.
    now.creation_date = old.creation_date
    old.update(now)
    return old


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the entries of a catalogue, without the one that holds its headers."""
    return (each for each in catalogue if each.id)


def key(message: Message) -> tuple[str, ...]:
    """Return what tells an entry from all others, its plural among it."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    return (message.context or "", *ids)


def is_open(message: Message) -> bool:
    """Tell whether an entry waits for somebody who translates it, or looks at a proposal."""
    return message.fuzzy or not message.string or not all(message.string)


def save(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue so that changes of lines in the sources change nothing in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=100,
            ignore_obsolete=True,
            sort_by_file=True,
            include_lineno=False,
        )


def main() -> None:
    """Bring all catalogues up to date, and say what is left to do in each."""
    for package in PACKAGES:
        for locale in LOCALES:
            path, catalogue = path_of(package, locale), updated(package, locale)
            save(catalogue, path)
            left = sum(map(is_open, messages(catalogue)))
            print(f"{path.relative_to(ROOT)}: {left} to translate")


if __name__ == "__main__":
    main()
