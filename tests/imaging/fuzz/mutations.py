"""How a file is changed into one that nobody would think of."""

import re
import struct
from collections.abc import Callable, Sequence
from random import Random

from tests.imaging.fuzz.parts import parts_of

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]

BYTES = (0, 1, 2, 3, 4, 8, 0x2C, 0x3B, 0x7F, 0x80, 0xD8, 0xDA, 0xFE, 0xFF)
NUMBERS = (
    0,
    1,
    2,
    255,
    256,
    1000,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
)
LARGEST = 400_000


def flipped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Change a few bytes, more often in the header."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 2, 9))):
        place = random.randrange(min(len(changed), random.choice((64, 600, LARGEST, LARGEST))))
        kind = random.randrange(3)
        if kind == 0:
            changed[place] ^= 1 << random.randrange(8)
        else:
            changed[place] = random.choice(BYTES) if kind == 1 else random.randrange(256)
    return bytes(changed)


def measured(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Write a number where one may stand, in any width and order."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3))):
        form = random.choice((">H", "<H", ">I", "<I", ">Q", "<Q"))
        width = struct.calcsize(form)
        number = random.choice((*NUMBERS, random.randrange(2**16), len(data)))
        place = random.randrange(min(len(changed), random.choice((64, 600, LARGEST, LARGEST))))
        changed[place : place + width] = struct.pack(form, number & (1 << 8 * width) - 1)
    return bytes(changed)


def truncated(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Cut off an end."""
    return data[: random.randrange(1, len(data) + 1)]


def lacking(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Cut out a piece."""
    start, length = random.randrange(len(data)), random.choice((1, 2, 8, 100, 3000))
    return data[:start] + data[start + length :]


def repeated(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Have a piece twice, or many times."""
    start, length = random.randrange(len(data)), random.choice((1, 4, 30, 500, 9000))
    times = random.choice((1, 1, 2, 10, 200))
    return data[:start] + data[start : start + length] * times + data[start:]


def spliced(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Go on with another file, or put a piece of one in."""
    other = random.choice(others)
    start, end = random.randrange(len(data)), random.randrange(len(other))
    if random.random() < 0.5:
        return data[:start] + other[end:]
    return data[:start] + other[end : end + random.choice((4, 50, 900))] + data[start:]


def concatenated(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Put two whole files into one."""
    return data + random.choice(others)


def in_parts(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Change the order and number of a file's parts, or one of them; sizes and sums stay right."""
    found = parts_of(data)
    if found is None or len(found.parts) < 2:
        return drawn(data, random, others) if is_drawing(data) else flipped(data, random, others)
    parts = list(found.parts)
    for _ in range(random.choice((1, 1, 2, 4))):
        here, there = random.randrange(len(parts)), random.randrange(len(parts))
        kind = random.randrange(6)
        if kind == 0:
            parts.insert(there, parts[here])
        elif kind == 1 and len(parts) > 2:
            parts.pop(here)
        elif kind == 2:
            parts[here], parts[there] = parts[there], parts[here]
        elif kind == 3:
            parts[here:here] = [parts[here]] * random.choice((2, 10, 300))
        elif parts[here]:
            change = flipped if kind == 4 else measured
            parts[here] = change(parts[here], random, others)
        if sum(map(len, parts)) > LARGEST:
            break
    return found.joined(parts)


#: Behind the namespaces, without which nothing is an SVG.
ROOT = 90
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
TAG = re.compile(rb"<[^<>!?]{1,300}>")
VALUE = re.compile(rb'"[^"<>]{0,300}"')
PIECES = (
    b"<script>alert(1)</script>",
    b"<foreignObject><b/></foreignObject>",
    b'<image href="file:///etc/passwd"/>',
    b'<image href="http://evil.example/x.png"/>',
    b'<use href="#a"/>' * 10,
    b'<g id="a"><use href="#a"/><use href="#b"/></g>',
    b'<g id="b"><use href="#a"/><use href="#a"/></g>',
    b'<a href="javascript:alert(1)"><g/></a>',
    b'<set attributeName="href" to="javascript:alert(1)"/>',
    b"<style>@import 'evil.css'; *{fill:url(http://evil.example/x)}</style>",
    b"<![CDATA[ ]]>",
    b"<!-- -->",
    b"<?x y?>",
    b"&#65;",
    b"&lt;",
    b"&evil;",
    b"<g>" * 40,
    b"</g>" * 3,
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    b'<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    b'<filter id="f" width="9999%"><feTurbulence numOctaves="99"/></filter>',
    b'<text font-family="x" font-size="9e9">\xd9\xa1\xf0\x9f\x98\x80</text>',
    b'<pattern id="p" width="1e-9" height="1e-9"><rect fill="url(#p)"/></pattern>',
)
VALUES = (
    b'"url(http://evil.example/x)"',
    b'"url(#a) url(evil)"',
    b'"u\\72l(evil)"',
    b'"javascript:alert(1)"',
    b'"data:image/svg+xml,x"',
    b'"data:image/png;base64,iVBORw0KGgo="',
    b'"100%"',
    b'"1e9"',
    b'"-1"',
    b'"NaN"',
    b'"0"',
    b'""',
    b'"url(#p)"',
    b'"url(#f)"',
)


def is_drawing(data: bytes) -> bool:
    """Tell whether a file may be an SVG."""
    return b"svg" in data[:400]


def drawn(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Change the elements, values and numbers of an SVG."""
    if not is_drawing(data):
        return in_parts(data, random, others)
    for _ in range(random.choice((1, 2, 5))):
        kind = random.randrange(5)
        begin = random.choice((0, ROOT, ROOT, ROOT, ROOT))
        places = list((NUMBER, VALUE, TAG, TAG, TAG)[kind].finditer(data, begin))
        if not places or len(data) > LARGEST:
            break
        place = random.choice(places)
        if kind == 0:
            new = random.choice((b"0", b"-1", b"1e38", b"99999999", b"0.00001", b"1e-30"))
            data = data[: place.start()] + new + data[place.end() :]
        elif kind == 1:
            data = data[: place.start()] + random.choice(VALUES) + data[place.end() :]
        elif kind == 2:
            data = data[: place.end()] + random.choice(PIECES) + data[place.end() :]
        else:
            again = random.choice(places)
            data = data[: again.end()] + place[0] * random.choice((1, 2, 50)) + data[again.end() :]
    if random.random() < 0.05:
        data = data.decode("utf-8", "replace").encode(
            random.choice(("utf-16", "utf-16-be", "utf-7"))
        )
    return data


#: By name, so that a finding tells them.
MUTATIONS: dict[str, Mutation] = {
    each.__name__: each
    for each in (
        *(flipped, measured, truncated, lacking, repeated, spliced, concatenated, in_parts, drawn),
    )
}
#: How often each is chosen beside those that count one: what keeps a file in its order gets further.
WEIGHTS = {"flipped": 3, "measured": 2, "in_parts": 6, "drawn": 4}
#: After these a secret may stand where pixels are.
SCATTERING = frozenset({"lacking", "repeated", "spliced", "flipped", "measured"})


def mutated(data: bytes, random: Random, others: Sequence[bytes]) -> tuple[bytes, list[str]]:
    """Return a changed file, and by which mutations: one, or some after each other."""
    weights = [WEIGHTS.get(name, 1) for name in MUTATIONS]
    names = random.choices(list(MUTATIONS), weights, k=random.choice((1, 1, 1, 1, 2, 3)))
    for name in names:
        data = MUTATIONS[name](data, random, others)[:LARGEST] or b"\0"
    return data, names
