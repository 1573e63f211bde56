"""The table of a run: each row is printed as soon as it is measured."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

WIDTHS = (64, 10, 40, 8, 34, 4)
TITLES = ("what", "database", "measured", "ratio", "aim", "kept")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; *kept* is None where there is no aim."""

    what: str
    measured: str
    ratio: float | None = None
    aim: str = ""
    kept: bool | None = None

    def aiming(self, aim: str, kept: bool) -> "Row":  # noqa: FBT001
        """Return the row with what it should be, and whether it is."""
        return replace(self, aim=aim, kept=kept)

    def cells(self, database: str) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.4g}x"
        kept = {True: "yes", False: "NO", None: ""}[self.kept]
        return (self.what, database, self.measured, ratio, self.aim, kept)


def head() -> Iterator[str]:
    yield line(TITLES)
    yield line(tuple("-" * width for width in WIDTHS))


def line(cells: tuple[str, ...]) -> str:
    return " | ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
