"""Files that are no pictures, or not all of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.imaging.corpus.case import Case, as_heic, bad, flag
from tests.imaging.made import animation, saved


def foreign() -> Iterator[Case]:
    yield bad("nothing", b"", "empty")
    yield bad("a text", b"Dear Anna, here are the pictures.", "format")
    yield bad("a page", b"<!DOCTYPE html><script>alert(1)</script>", "format")
    yield bad("a program", b"\x7fELF" + bytes(200), "format")
    yield bad("a script", b"<?php system($_GET['x']); ?>", "format")
    yield bad("an archive", b"PK\x03\x04" + bytes(100), "format")
    yield bad("a document", b"%PDF-1.7\n" + bytes(100), "format")
    yield bad(
        "a drawing that nobody asked for", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "format"
    )
    yield bad("zeros", bytes(5000), "format")
    yield bad("one byte", b"\xff", "format")
    yield bad("a film", b"\0\0\0\x18ftypisom" + bytes(100), "format", "broken")
    for format in ("PCX", "PPM", "TGA", "ICO", "JPEG2000", "SGI", "DDS"):  # noqa: A001
        yield bad(f"a {format.lower()}", lambda f=format: saved(flag(), f), "format")


#: One small file of each format, to be spoiled.
SEEDS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(flag(), "JPEG"),
    "progressive jpeg": lambda: saved(flag(), "JPEG", progressive=True),
    "png": lambda: saved(flag(), "PNG"),
    "animated png": lambda: animation("PNG"),
    "gif": lambda: saved(flag(), "GIF"),
    "animated gif": lambda: animation("GIF"),
    "webp": lambda: saved(flag(), "WEBP"),
    "animated webp": lambda: animation("WEBP"),
    "avif": lambda: saved(flag(), "AVIF"),
    "bmp": lambda: saved(flag(), "BMP"),
    "tiff": lambda: saved(flag(), "TIFF", compression="tiff_lzw"),
    "heic": lambda: as_heic(flag(), 80),
}


def truncated() -> Iterator[Case]:
    for name, make in SEEDS.items():
        for tenths in (1, 3, 5, 7, 9):
            yield bad(
                f"{name}, {tenths} tenths of it",
                lambda m=make, t=tenths: _cut(m(), t),
                "broken",
            )
        yield bad(f"{name}, its first 16 bytes", lambda m=make: m()[:16], "broken", "format")


def _cut(data: bytes, tenths: int) -> bytes:
    return data[: len(data) * tenths // 10]
