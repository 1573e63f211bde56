"""SVG: told by its content, measured, cleaned, drawn."""

import gzip
import subprocess
import sys
from base64 import b64decode
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.formats import format_of
from gallery_events.imaging.svg import drawing, raster, scanning
from gallery_events.imaging.svg.letters import letters_of
from gallery_events.imaging.svg.measures import measured
from gallery_events.imaging.svg.scanning import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_VALUE
from gallery_events.imaging.svg.text import is_svg
from gallery_events.imaging.thumbnail import draft
from tests.imaging.drawings import SVG, data_url, drawn, ingested, refusal, stored, svg
from tests.imaging.made import CORNERS, alike, corners, probed, quarters, saved

QUARTERS = "".join(
    f'<rect x="{x}" y="{y}" width="20" height="15" fill="rgb{colour}"/>'
    for (x, y), colour in zip([(0, 0), (20, 0), (0, 15), (20, 15)], CORNERS, strict=True)
)
DECLARED = '<?xml version="1.0" encoding="{}"?>\n'


@pytest.mark.parametrize(
    "data",
    [
        svg(),
        b"\n\t " + svg(),
        b"\xef\xbb\xbf" + svg(),
        svg(head=DECLARED.format("UTF-8")),
        svg(head=DECLARED.format("us-ascii")),
        svg(head="<!-- a drawing --><?xml-stylesheet href='x'?>"),
        svg(head=DECLARED.format("UTF-16")).decode().encode("utf-16"),
        svg().decode().encode("utf-16-le"),
        svg().decode().encode("utf-16-be"),
        b"\xfe\xff" + svg(head=DECLARED.format("utf-16")).decode().encode("utf-16-be"),
        f'<s:svg xmlns:s="{SVG}" width="40" height="30"/>'.encode(),
    ],
)
def test_an_svg_is_told_by_its_root_in_every_encoding_that_it_may_have(data):
    assert format_of(data).name == "SVG"
    found, made = ingested(data)
    assert (found.width, found.height, found.frames) == (40, 30, 1)
    assert found.format.content_type == "image/svg+xml"
    assert made.stored.data.startswith(f'<svg xmlns="{SVG}"'.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"<svg width='9' height='9'/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>",
        f"<x xmlns='{SVG}'/>".encode(),
        b"<!DOCTYPE html><svg/>",
        b"<svg",
        b"<",
        b"svg",
        b"<!-- " + b"x" * 70_000 + b" -->" + svg(),
        gzip.compress(svg()),
    ],
)
def test_what_has_another_root_or_is_compressed_is_none(data):
    assert not is_svg(data)
    assert refusal(data).code == "format"


def test_an_svg_is_refused_unless_it_is_among_the_formats():
    with pytest.raises(UploadRefused) as caught:
        probed(svg())
    assert caught.value.code == "format"


@pytest.mark.parametrize(
    "root,size",
    [
        ('width="40" height="30"', (40, 30)),
        ('width="40px" height=" 30.4 "', (40, 30)),
        ('width="1in" height="2.54cm"', (96, 96)),
        ('width="25.4mm" height="101.6Q"', (96, 96)),
        ('width="72pt" height="6pc"', (96, 96)),
        ('width="2em" height="1ex"', (32, 8)),
        ('width="4e1" height="0.3E+2"', (40, 30)),
        ('viewBox="0 0 40 30"', (40, 30)),
        ('viewBox="-5,-5,40,30"', (40, 30)),
        ('width="100%" height="100%" viewBox="0 0 40 30"', (40, 30)),
        ('width="80" viewBox="0 0 40 30"', (80, 60)),
        ('height="60" width="auto" viewBox="0 0 40 30"', (80, 60)),
        ('width="0.2" height="0.2"', (1, 1)),
        ('viewBox="0 0 40 30" style="width:100%;height:auto;fill:red"', (40, 30)),
    ],
)
def test_the_size_is_computed_and_is_that_of_what_is_stored_and_drawn(root, size):
    found, made = ingested(svg(QUARTERS, root))
    assert (found.width, found.height) == (made.width, made.height) == size
    assert f'width="{size[0]}"' in made.stored.data.decode()
    assert drawn(svg(QUARTERS, root)).size == size


@pytest.mark.parametrize(
    "root",
    [
        "",
        'width="40"',
        'width="100%" height="100%"',
        'width="0" height="30"',
        'width="-40" height="30"',
        'width="nan" height="30"',
        'width="1e999" height="30"',
        'viewBox="0 0 40"',
        'viewBox="0 0 0 30"',
        'viewBox="' + " " * 10_000 + '0 0 40 30"',
    ],
)
def test_an_svg_without_a_size_is_refused(root):
    assert refusal(svg(QUARTERS, root)).code == "unsized"


@given(st.dictionaries(st.sampled_from(["width", "height", "viewBox"]), st.text(max_size=60)))
def test_whatever_the_root_says_of_its_size_there_is_one_or_a_refusal(attributes):
    with suppress(UploadRefused):
        width, height = measured(attributes)
        assert 1 <= min(width, height) <= max(width, height) <= 10**9


def test_the_pixels_of_an_svg_are_bounded_as_those_of_other_pictures():
    # Not of a picture of its own: drawing takes memory in two processes.
    assert ingested(svg(root='width="4000" height="3125"'))[0].width == 4000
    assert refusal(svg(root='width="4000" height="3126"')).code == "pixels"
    assert refusal(svg(root='width="1" height="65536"')).code == "pixels"


def test_an_svg_is_drawn_with_its_colours():
    image = drawn(svg(QUARTERS))
    assert image.mode == "RGBA"
    assert all(map(alike, corners(image), CORNERS))
    _, made = ingested(svg(QUARTERS))
    small = Image.open(BytesIO(made.thumbnail.data))
    assert made.thumbnail.content_type == "image/jpeg"
    assert all(map(alike, corners(small), CORNERS))


def test_what_is_not_painted_shows_through():
    image = drawn(svg('<rect width="20" height="30" fill="red" opacity="0.5"/>'))
    assert image.getpixel((10, 15)) == (255, 0, 0, 128)
    assert image.getpixel((30, 15))[3] == 0
    assert ingested(svg())[1].thumbnail.content_type == "image/webp"


def test_a_large_svg_is_drawn_as_small_as_it_is_needed():
    data = svg(f'<g transform="scale(100)">{QUARTERS}</g>', 'width="4000" height="3000"')
    text = stored(data).encode()
    assert raster(text, size=(4000, 3000), longest=1000).size == (1000, 750)
    assert raster(text, size=(4000, 3000), longest=333).size == (333, 250)
    image = opened(BytesIO(text), name="SVG")
    draft(image, longest=400)
    image.load()
    assert image.size == (800, 600)
    assert all(map(alike, corners(image), CORNERS))
    assert Image.open(BytesIO(ingested(data)[1].thumbnail.data)).size == (400, 300)


def test_letters_are_drawn():
    image = drawn(svg('<text y="25" font-size="24" font-family="Nowhere Sans">WW</text>'))
    assert image.getextrema()[3] == (0, 255)


def test_the_letters_of_each_font_are_loaded_before():
    text = (
        '<text font-family="One &amp; All">a&lt;</text><text style="font-family: Two; fill:red">b</text>'
        '<text style="font: italic 12px/1.5 Three, serif" font-weight="300">c</text>'
    )
    letters = letters_of(svg(text)).decode()
    for family in ("sans-serif", "One &amp; All", "Two", "Three, serif"):
        assert f'font-family="{family}"' in letters
    assert 'font-weight="300"' in letters
    assert ">&lt;abc</text>" in letters
    assert "<text" not in letters_of(svg("<g/>")).decode()
    assert len(letters_of(svg("<text>a</text>" + "font: 1" * 50_000))) < 10_000


def test_a_picture_that_lies_in_the_file_is_drawn():
    image = drawn(
        svg(f'<image width="40" height="30" href="{data_url()}"/>', 'viewBox="0 0 48 32"')
    )
    assert image.getpixel((5, 5))[:3] == CORNERS[0]
    wrongly = data_url(saved(quarters(), "JPEG"), "png")
    assert "data:image/jpeg;base64," in stored(svg(f'<image xlink:href="{wrongly}"/>'))


def test_gradients_patterns_and_uses_stay():
    text = stored(
        svg(
            '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
            '<path id="p" d="M0 0h9"/></defs><use xlink:href="#p" x="3"/>'
            '<rect fill="url(#g)" style="stroke: url( &quot;#g&quot; )" width="9" height="9"/>'
            "<style>.a{fill:url('#g')} <![CDATA[.b>.c{fill:red}]]></style>"
        )
    )
    assert '<use href="#p" x="3"/>' in text
    assert 'fill="url(#g)"' in text
    assert "stroke: url(#g)" in text
    assert ".a{fill:url(#g)} .b&gt;.c{fill:red}" in text


def test_spaces_between_words_stay_as_they_are():
    words = "<text>a <tspan>b</tspan> <tspan>c</tspan><tspan>d</tspan></text>"
    assert words in stored(svg(words))
    kept = '<text xml:space="preserve">  a <tspan> b </tspan>  </text>'
    assert kept in stored(svg(kept))
    assert "<g><path" in stored(svg('<g>\n   <path d="M0 0"/>\n</g>'))


SECRETS = svg(
    "<!-- secret --><title>secret</title><desc>secret</desc><metadata>secret</metadata>"
    '<g inkscape:label="secret" data-name="secret" aria-label="secret"><path d="M0 0h9"/></g>',
    root='width="40" height="30" xmlns:inkscape="x" inkscape:export-filename="/home/secret/a.png"',
    head='<?xml version="1.0"?><!-- secret --><?secret secret?>',
)


def test_what_is_told_of_a_drawing_is_left_out():
    assert "secret" not in stored(SECRETS)
    assert "M0 0h9" in stored(SECRETS)


def test_it_is_kept_where_metadata_is():
    text = stored(SECRETS, strip=False)
    assert "<title>secret</title><desc>secret</desc>" in text
    assert 'aria-label="secret"' in text
    assert "/home/secret" not in text


def test_what_is_told_in_a_picture_within_it_is_left_out_too():
    photo = saved(quarters(), "JPEG", comment=b"secret place")
    data = svg(f'<image href="{data_url(photo, "jpeg")}"/>')
    left = [
        b64decode(stored(data, strip=each).split("base64,")[1].split('"')[0]) for each in (0, 1)
    ]
    assert [b"secret place" in each for each in left] == [True, False]


@pytest.mark.parametrize(
    "bound,inside,outside",
    [
        ("bytes", svg(" " * (MAX_BYTES - len(svg()))), svg(" " * (MAX_BYTES - len(svg()) + 1))),
        (
            "complex",
            svg("<g>" * (MAX_DEPTH - 1) + "</g>" * (MAX_DEPTH - 1)),
            svg("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH),
        ),
        ("complex", svg("<g/>" * (MAX_ELEMENTS - 1)), svg("<g/>" * MAX_ELEMENTS)),
        (
            "complex",
            svg(f'<g class="{"a" * MAX_VALUE}"/>'),
            svg(f'<g class="{"a" * (MAX_VALUE + 1)}"/>'),
        ),
        (
            "complex",
            svg("<g" + "".join(f" a{n}=''" for n in range(200)) + "/>"),
            svg("<g" + "".join(f" a{n}=''" for n in range(201)) + "/>"),
        ),
    ],
    ids=["bytes", "depth", "elements", "value", "attributes"],
)
def test_each_bound_is_the_last_that_is_taken(bound, inside, outside):
    ingested(inside)
    assert refusal(outside).code == bound


def test_a_long_path_is_taken():
    ingested(svg(f'<path d="M0 0{"h1" * 50_000}"/>'))


@pytest.mark.parametrize("end", [b"", b"</svg", b"<g></svg>", b"<g/></svg><g/>", b"&nbsp;</svg>"])
def test_what_is_not_well_formed_is_broken(end):
    assert refusal(svg().removesuffix(b"</svg>") + end).code == "broken"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-7", "utf-16", "koi8-r"])
def test_another_encoding_than_it_is_in_is_refused(encoding):
    assert refusal(svg(head=DECLARED.format(encoding))).code == "broken"
    assert refusal(svg().replace(b"xmlns", b"\xff=''", 1) + b"").code in ("broken", "format")


def test_what_is_cleaned_stays_as_it_is_when_it_is_cleaned_again():
    once = stored(svg(QUARTERS + f'<image href="{data_url()}"/><text>a <tspan>b</tspan></text>'))
    assert stored(once.encode()) == once


def test_the_artist_knows_nothing_of_django_nor_of_this_package(tmp_path):
    program = (
        "import runpy, sys; sys.argv = ['artist', '9', '9', '9', *sys.path]\n"
        f"try: runpy.run_path({drawing.PROGRAM!r}, run_name='__main__')\n"
        "finally: print(sorted(n for n in sys.modules if n.startswith(('django', 'gallery'))), "
        "file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], input=b"0\n", capture_output=True, check=False
    )
    assert ended.stderr.strip().endswith(b"[]")


def test_the_artist_is_given_no_environment(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    seen = {}
    run = subprocess.run

    def watched(*args, **options):
        seen.update(options)
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    raster(svg(), size=(40, 30))
    assert set(seen["env"]) == {"LC_ALL", "MALLOC_ARENA_MAX", "VIPS_CONCURRENCY"}


def test_without_pyvips_the_error_names_the_cure(monkeypatch):
    monkeypatch.setattr(sys, "path", [each for each in sys.path if "site-packages" not in each])
    with pytest.raises(ImportError, match=r"\[svg\]"):
        raster(svg(), size=(40, 30))


def test_within_a_web_server_the_interpreter_is_found(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    assert raster(svg(), size=(40, 30)).size == (40, 30)


def test_an_svg_of_another_size_than_it_is_drawn_in_is_broken():
    with pytest.raises(UploadRefused) as caught:
        raster(svg(), size=(41, 30))
    assert caught.value.code == "broken"
    data = svg("<style>svg{width:9000px!important}</style>")
    assert scanning.read_header(data, max_frames=1).width == 40
