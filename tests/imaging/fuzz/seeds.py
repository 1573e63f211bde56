"""Where the fuzzer begins: files of every format, good and odd, with secrets in their metadata."""

from collections.abc import Iterator

from PIL import Image, PngImagePlugin

from tests.imaging.corpus import cases
from tests.imaging.corpus.case import as_heic, flag
from tests.imaging.drawings import data_url, svg
from tests.imaging.made import saved

#: What no stored file may hold; every kind of metadata of these seeds does.
SECRET = b"s3cret-place-52N13E"
#: Larger ones take time and find nothing that smaller ones do not.
LARGEST = 60_000


#: How often a run begins with one of each kind: what is refused as it is leads nowhere new.
WEIGHTS = {"good": 4, "odd": 1, "secret": 2, "drawing": 2}


def seeds() -> dict[str, dict[str, bytes]]:
    """Return the files by kind and name."""
    found = {
        "good": ((case.name, case.make()) for case in cases() if case.shown),
        "odd": ((case.name, case.make()) for case in cases() if not case.shown),
        "secret": _with_secrets(),
        "drawing": _drawings(),
    }
    return {
        kind: {name: data for name, data in files if 0 < len(data) <= LARGEST}
        for kind, files in found.items()
    }


def _with_secrets() -> Iterator[tuple[str, bytes]]:
    exif = _exif()
    small = flag((48, 32))
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    yield "secret jpeg", saved(small, "JPEG", exif=exif, comment=SECRET, xmp=xmp)
    yield "secret progressive jpeg", saved(small, "JPEG", exif=exif, progressive=True)
    yield "secret jpeg, appended", saved(small, "JPEG", exif=exif) + SECRET
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SECRET.decode())
    told.add_itxt("Place", SECRET.decode())
    yield "secret png", saved(small, "PNG", exif=exif, pnginfo=told)
    more = [flag((48, 32)).rotate(180)]
    # Pillow's encoder of AVIF crashes when frames come with EXIF.
    told = {"GIF": {"comment": SECRET}, "AVIF": {"xmp": xmp}}
    for name in ("GIF", "PNG", "WEBP", "AVIF"):
        options = told.get(name, {"exif": exif})
        made = saved(small, name, save_all=True, append_images=more, duration=90, loop=0, **options)
        yield f"secret animated {name}", made
    yield "secret webp", saved(small, "WEBP", exif=exif, xmp=xmp)
    yield "secret lossless webp", saved(small, "WEBP", exif=exif, lossless=True)
    yield "secret avif", saved(small, "AVIF", exif=exif, xmp=xmp)
    yield "secret heic", as_heic(small, 70, exif=exif)
    tags = {270: SECRET.decode(), 315: SECRET.decode(), 700: SECRET}
    for compression in (None, "tiff_lzw", "jpeg", "tiff_adobe_deflate"):
        yield (
            f"secret tiff, {compression}",
            saved(small, "TIFF", compression=compression, tiffinfo=tags),
        )


def _exif() -> bytes:
    found = Image.Exif()
    found[0x0112] = 6
    found[0x010E] = SECRET.decode()
    found.get_ifd(0x8825)[29] = SECRET.decode()
    found.get_ifd(0x8769)[0x9286] = SECRET
    return found.tobytes()


def _drawings() -> Iterator[tuple[str, bytes]]:
    secret = SECRET.decode()
    shapes = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
        '<pattern id="p" width="4" height="4"><path d="M0 0h9v9z"/></pattern>'
        '<filter id="f"><feGaussianBlur stdDeviation="2"/><feOffset dx="3"/></filter></defs>'
        '<rect width="40" height="15" fill="url(#g)"/><g id="a" filter="url(#f)"><circle r="9"/></g>'
        '<use href="#a" x="9"/><text x="3" y="9">a <tspan>b</tspan></text>'
        '<path d="M1 1C9 9 3 3 1 9z" style="fill:url(#p);stroke:red" stroke-dasharray="1 2"/>'
    )
    yield "svg", svg(shapes)
    told = f"<!-- {secret} --><title>{secret}</title><desc>{secret}</desc><metadata>{secret}</metadata>"
    yield "secret svg", svg(told + shapes, head='<?xml version="1.0" encoding="UTF-8"?>')
    yield "svg in utf-16", svg(shapes).decode().encode("utf-16")
    small = saved(flag((16, 16)), "PNG")
    photo = saved(flag((16, 16)), "JPEG", exif=_exif())
    yield (
        "svg with pictures",
        svg(
            f'<image width="9" height="9" href="{data_url(small)}"/>'
            f'<image width="9" height="9" href="{data_url(photo, "jpeg")}"/>'
            "<style>.a{fill:url(#g)} @import 'x.css';</style>"
        ),
    )
    yield (
        "svg by another name",
        f'<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{"<s:g/>" * 9}</s:svg>'.encode(),
    )
