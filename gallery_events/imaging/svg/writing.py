"""An SVG written anew, in one plain form: nothing gets into it that is not known to draw."""

from __future__ import annotations

import re
from html import escape
from xml.parsers import expat

from gallery_events.imaging.svg.measures import view_box
from gallery_events.imaging.svg.rules import SPACE, Embedded, kept_attributes, kept_name
from gallery_events.imaging.svg.styles import tame, tame_sheet
from gallery_events.imaging.svg.text import NAMESPACE
from gallery_events.imaging.svg.vocabulary import TOLD, WORDS

#: No character of any writing: it marks white space that an indenting writer must not lose.
MARK = "\ufdd0"
#: A style of the root that makes it another size than its attributes do.
SIDES = re.compile(r"\b(?:min-|max-)?(?:width|height)\s*:[^;]*;?", re.IGNORECASE)


def rewritten(
    text: bytes,
    *,
    size: tuple[int, int],
    strip: bool,
    embedded: Embedded,
    marked: bool = False,
) -> bytes:
    """
    Return the SVG *text*, in UTF-8, with only what draws and nothing that runs or fetches.

    Comments, processing instructions, other vocabularies and unknown elements
    are gone; with *strip* what only tells of the drawing too. The root gets
    *size* in pixels, whatever units it was in, so that everybody takes it to
    be as large. *embedded* is asked about each picture. *marked* prepares it for a filter that indents,
    and the next writing takes the marks out.
    """
    writer = _Writer(size=size, strip=strip, embedded=embedded, marked=marked)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.words.append
    parser.Parse(text, True)  # noqa: FBT003 - expat takes no keyword
    return "".join(writer.written).encode()


class _Writer:
    def __init__(
        self, *, size: tuple[int, int], strip: bool, embedded: Embedded, marked: bool
    ) -> None:
        self.size = size
        self.strip = strip
        self.embedded = embedded
        self.marked = marked
        self.written: list[str] = []
        self.words: list[str] = []
        #: The elements around, and how many of those that are left out.
        self.around: list[str] = []
        self.hidden = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        local = None if self.hidden else kept_name(name, attributes, strip=self.strip)
        if local is None:
            self.hidden += 1
            return
        kept = kept_attributes(local, attributes, strip=self.strip, embedded=self.embedded)
        if self.marked and "xml:space" in kept:
            kept[SPACE] = kept.pop("xml:space")
        if not self.written:
            kept = _root(kept, self.size)
        given = "".join(f' {key}="{_quoted(value)}"' for key, value in kept.items())
        self.written.append(f"<{local}{given}>")
        self.around.append(local)

    def end(self, name: str) -> None:
        self._flush()
        if self.hidden:
            self.hidden -= 1
        else:
            self._close(self.around.pop())

    def _close(self, local: str) -> None:
        if self.written[-1].startswith(f"<{local} ") or self.written[-1] == f"<{local}>":
            self.written[-1] = self.written[-1].removesuffix(">") + "/>"
        else:
            self.written.append(f"</{local}>")

    def _flush(self) -> None:
        text = "".join(self.words)
        self.words.clear()
        if self.hidden or not self.around or not text:
            return
        within = self.around[-1]
        if within == "style":
            self.written.append(escape(tame_sheet(text) or "", quote=False))
        elif within in TOLD or not WORDS.isdisjoint(self.around):
            self.written.append(escape(self._spaced(text), quote=False))

    def _spaced(self, text: str) -> str:
        plain = text.replace(MARK, "")
        if self.marked:
            return plain if plain.strip() else MARK + plain
        return plain if text.strip() else ""


def _root(attributes: dict[str, str], size: tuple[int, int]) -> dict[str, str]:
    width, height = map(str, size)
    kept = {"xmlns": NAMESPACE, **attributes, "width": width, "height": height}
    if view_box(attributes) is None:
        kept["viewBox"] = f"0 0 {width} {height}"
    if "style" in kept:
        # What is left must be looked at again: cutting brings together what stood apart.
        kept["style"] = tame(SIDES.sub("", kept["style"])) or ""
    return kept


def _quoted(value: str) -> str:
    return escape(value).replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
