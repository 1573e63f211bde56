"""The catalogues of translations: what Django reads (.mo), compiled from what people write (.po)."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("gallery_events", "audit")


def build(into: Path = ROOT) -> None:
    """Compile all catalogues, beside their sources or below another folder."""
    written = [into / each.relative_to(ROOT).with_suffix(".mo") for each in catalogues()]
    try:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po
    except ImportError:
        # A source distribution holds them compiled.
        if all(each.exists() for each in written):
            return
        raise
    for source, compiled in zip(catalogues(), written, strict=True):
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        with compiled.open("wb") as file:
            write_mo(file, catalogue)


def catalogues() -> Iterator[Path]:
    """Yield the sources of all catalogues."""
    for package in PACKAGES:
        yield from sorted((ROOT / package / "locale").glob("*/LC_MESSAGES/django.po"))


if __name__ == "__main__":
    build()
