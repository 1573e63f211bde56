"""The text of an SVG: which bytes are one, and in which encoding they are written."""

from __future__ import annotations

import codecs
import re
from xml.parsers import expat

from gallery_events.imaging.header import BrokenHeader, Data

NAMESPACE = "http://www.w3.org/2000/svg"
#: Comments and licences may come before the root, but no more of them than this.
HEAD = 64 * 1024
#: By what a file begins with: its encoding, and how many bytes of that are no text.
SIGNS = (
    (codecs.BOM_UTF8, "utf-8", 3),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
    (b"<\0", "utf-16-le", 0),
    (b"\0<", "utf-16-be", 0),
)
#: What a file may call its encoding, by what it is.
NAMES = {
    "utf-8": ("utf-8", "utf8", "us-ascii"),
    "utf-16-le": ("utf-16", "utf-16le"),
    "utf-16-be": ("utf-16", "utf-16be"),
}
DECLARATION = re.compile(r"<\?xml\s[^<>]*\?>")
ENCODING = re.compile(r"""\sencoding\s*=\s*["']([^"'<>]*)["']""")
BLANK = " \t\r\n"


class _RootMet(Exception):
    """The root, or a document type that names it; *svg* is whether it is SVG's."""

    def __init__(self, *, svg: bool) -> None:
        self.svg = svg
        super().__init__(svg)


def is_svg(data: Data) -> bool:
    """
    Tell whether *data* is XML with a root ``svg`` of SVG's namespace.

    A document type of that name counts too, so that its refusal can say what
    is wrong. Nothing past the root is read, no entity is looked at, and what
    is compressed is none.
    """
    encoding, start = _encoding(data)
    head = data[start : start + HEAD].decode(encoding, "replace").lstrip(BLANK)
    if not head.startswith("<"):
        return False
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = lambda name, *_: _met(svg=name.rpartition(":")[2] == "svg")
    parser.StartElementHandler = lambda name, _: _met(svg=name == f"{NAMESPACE} svg")
    try:
        parser.Parse(head.encode(), False)  # noqa: FBT003 - expat takes no keyword
    except _RootMet as root:
        return root.svg
    except expat.ExpatError:
        pass
    return False


def decoded(data: Data) -> bytes:
    """
    Return the text in UTF-8, without a byte order mark and without the XML declaration.

    Raises :exc:`BrokenHeader` when it is neither UTF-8 nor UTF-16, or says
    that it is in another encoding than it is.
    """
    encoding, start = _encoding(data)
    try:
        text = data[start:].decode(encoding).lstrip(BLANK)
    except UnicodeDecodeError as error:
        message = "it is written neither in UTF-8 nor in UTF-16"
        raise BrokenHeader(message) from error
    if match := DECLARATION.match(text):
        named = ENCODING.search(match[0])
        if named and named[1].lower() not in NAMES[encoding]:
            message = f"it says that its encoding is {named[1][:40]}: save it in UTF-8"
            raise BrokenHeader(message)
        text = text[match.end() :]
    return text.encode()


def _encoding(data: Data) -> tuple[str, int]:
    start = data[:4]
    for sign, encoding, length in SIGNS:
        if start.startswith(sign):
            return encoding, length
    return "utf-8", 0


def _met(*, svg: bool) -> None:
    raise _RootMet(svg=svg)
