"""The pages that people read, and the blocks of code in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
#: A first line that says which file a block is, as Python and templates write comments.
NAMED = re.compile(r"(?:# |\{# )([\w./]+\.(?:py|html|css))(?: #\})?\n")
#: What is read only: what a program prints, the tables of contents.
PROSE = {"", "text", "{toctree}"}
NOT_RUN = "not-run"


@dataclass(frozen=True)
class Block:
    """A block of code, and where it stands."""

    page: Path
    line: int
    info: str
    text: str

    def __str__(self):
        return f"{self.page.name}:{self.line}"

    @property
    def language(self):
        return self.info.partition(" ")[0]

    @property
    def is_run(self):
        return self.language not in PROSE and NOT_RUN not in self.info.split()

    @property
    def name(self):
        """The file that this block is, from the project's folder; "" when it is none."""
        found = NAMED.match(self.text)
        if found is None:
            return ""
        name = found[1]
        if "/" in name:
            return name
        return f"mysite/{name}" if name in ("settings.py", "urls.py") else f"albums/{name}"

    @property
    def first_line(self):
        return self.text.partition("\n")[0]


def blocks(page):
    """Return the blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(page, line, fence["info"].strip(), fence["text"]))
    return found


def section(page, heading):
    """Return what stands below a heading, down to the next one of its level."""
    level = heading.partition(" ")[0]
    text = (DOCS / page).read_text(encoding="utf-8")
    assert f"\n{heading}\n" in text, f"{page} has no heading {heading!r}"
    return re.split(rf"^{level} ", text.partition(f"\n{heading}\n")[2], flags=re.MULTILINE)[0]


def headings(page, level="##"):
    """Return the headings of one level."""
    text = FENCE.sub("", (DOCS / page).read_text(encoding="utf-8"))
    return re.findall(rf"^{level} (.+)$", text, re.MULTILINE)


def rows(text):
    """Return the rows of all tables in a text, as lists of cells; titles are left out."""
    lines = re.findall(r"^\|(.+)\|$", text, re.MULTILINE)
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    rules = {at for at, row in enumerate(cells) if row[0] and set(row[0]) <= set("-: ")}
    return [row for at, row in enumerate(cells) if at not in rules and at + 1 not in rules]
