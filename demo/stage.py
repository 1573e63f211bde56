"""How the story looks in a terminal: headings, sentences and tables in short lines."""

import os
import sys
import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

WIDTH = 96
INDENT = "    "


class Stage:
    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.scenes = 0
        self.colours = out.isatty() and "NO_COLOR" not in os.environ

    def scene(self, title: str, when: datetime | str, *, why: str) -> None:
        """Begin a scene: what happens, when, and why it matters."""
        self.scenes += 1
        date = when if isinstance(when, str) else f"{when:%a %d %b}"
        head = f"{self.scenes:2}  {title}"
        self._line()
        self._line(self._styled("1", head) + date.rjust(WIDTH - len(head)))
        for line in textwrap.wrap(why, WIDTH - len(INDENT)):
            self._line(INDENT + self._styled("2", line))
        self._line()

    def say(self, text: str) -> None:
        """Tell something."""
        for line in textwrap.wrap(text, WIDTH - len(INDENT)):
            self._line(INDENT + line)

    def code(self, text: str) -> None:
        """Show the call that is made next."""
        self._line(INDENT + self._styled("36", f">>> {text}"))

    def shell(self, line: str) -> None:
        """Show the command that is run next."""
        self._line(INDENT + self._styled("36", f"$ {line}"))

    def quote(self, words: object) -> None:
        """Show what the package itself says, word for word."""
        for line in str(words).splitlines():
            deeper = " " * (len(line) - len(line.lstrip()))
            for part in textwrap.wrap(
                line.strip(), WIDTH - 8, initial_indent=deeper, subsequent_indent=deeper + "  "
            ):
                self._line(f"{INDENT}{self._styled('2', '|')} {part}")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Show rows in columns; those of numbers, whose heading begins with a blank, go right."""
        cells = [[str(cell) for cell in row] for row in rows]
        names = [name.strip() for name in head]
        widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
        for row in [names, *cells] if any(names) else cells:
            line = "  ".join(
                cell.rjust(width) if title.startswith(" ") else cell.ljust(width)
                for cell, width, title in zip(row, widths, head, strict=True)
            ).rstrip()
            self._line(INDENT + (self._styled("2", line) if row is names else line))

    def gap(self) -> None:
        """Leave a line free."""
        self._line()

    def note(self, text: str) -> None:
        """Say, outside of the story, what is being done."""
        self._line(text)

    def _styled(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colours else text

    def _line(self, text: str = "") -> None:
        print(text, file=self.out, flush=True)


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < 1_000_000:
        return f"{count / 1000:.0f} KB"
    return f"{count / 1_000_000:.1f} MB"
