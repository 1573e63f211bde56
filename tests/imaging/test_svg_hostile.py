"""SVGs that mean harm: what they hold is gone, or they are refused, quickly and in little memory."""

import base64
import gzip
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.svg import artist, drawing, raster
from tests.imaging.drawings import SVG, data_url, drawn, ingested, refusal, stored, svg
from tests.imaging.made import END, chunk, quarters, saved

PACKAGE = Path(drawing.__file__).parents[3]


def refused_in_time(data, code):
    refused = refusal(data)
    assert refused.code == code
    return refused


# What runs


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<script href='x.js'/>",
        f"<x:script xmlns:x='{SVG}'>alert(1)</x:script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
        "<script><![CDATA[alert(1)]]></script>",
        "<g><defs><script>alert(1)</script></defs></g>",
        "<handler type='text/ecmascript'>alert(1)</handler>",
        "<title><script>alert(1)</script></title>",
    ],
)
def test_a_script_is_gone_however_it_is_called(inside):
    text = stored(svg(inside))
    assert "script" not in text.lower()
    assert "alert" not in text


@pytest.mark.parametrize("attribute", ["onload", "onclick", "onbegin", "ONLOAD", "onfocusin", "on"])
def test_what_an_event_would_run_is_gone(attribute):
    text = stored(
        svg(
            f'<path d="M0 0" {attribute}="alert(1)"/>',
            f'width="9" height="9" {attribute}="alert(1)"',
        )
    )
    assert "alert" not in text


@pytest.mark.parametrize(
    "inside",
    [
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><b>boo</b></body></foreignObject>",
        "<iframe src='boo'/>",
        "<h:iframe xmlns:h='http://www.w3.org/1999/xhtml' src='boo'/>",
        "<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='boo' onerror='boo'/>",
        "<audio href='boo'/><video href='boo'/><canvas id='boo'/>",
        "<discard href='boo'/><cursor href='boo'/><font-face-uri href='boo'/>",
    ],
)
def test_what_could_hold_a_page_is_gone(inside):
    assert "boo" not in stored(svg(inside))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java&#9;script:alert(1)",
        "&#1601;javascript:alert(1)",
        "vbscript:alert(1)",
        "data:text/html,alert(1)",
        "data:text/html;base64,YWxlcnQoMSk=",
        "data:image/svg+xml,alert(1)",
    ],
)
@pytest.mark.parametrize("name", ["href", "xlink:href"])
@pytest.mark.parametrize("element", ["a", "use", "image"])
def test_an_address_that_runs_is_gone(element, name, address):
    text = stored(svg(f'<{element} {name}="{address}"/>'))
    assert "href" not in text
    assert "alert" not in text


@pytest.mark.parametrize(
    "element",
    [
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="xlink:href" values="javascript:alert(1);x"/>',
        '<set attributeName="href" to="#b"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        '<set attributeName=" HREF " to="#b"/>',
        '<animate to="#b"/>',
    ],
)
def test_an_animation_of_an_address_is_gone(element):
    text = stored(svg(f'<a href="#a">{element}</a>'))
    assert "alert" not in text
    assert "set" not in text
    assert "animate" not in text


def test_an_animation_of_a_place_stays():
    assert 'attributeName="x"' in stored(
        svg('<rect><animate attributeName="x" from="0" to="9"/></rect>')
    )


# What fetches


@pytest.mark.parametrize(
    "address",
    [
        "/etc/passwd",
        "etc/passwd.png",
        "../../etc/passwd",
        "file:///etc/passwd",
        "file:/etc/passwd",
        "http://evil.example/etc.png",
        "https://evil.example/etc.svg#a",
        "//evil.example/etc.png",
        "ftp://evil.example/etc",
        "\\\\evil.example\\etc",
        "?etc",
        "etc.svg#a",
        "cid:etc",
        "blob:etc",
        "data:image/png,etc",
        "data:image/png;charset=x;base64,etc",
        "data:image/png;base64,%65tc",
        "data:image/bmp;base64,etcetc",
        "data:application/xml;base64,etcetc",
    ],
)
@pytest.mark.parametrize("element", ["image", "use", "feImage", "textPath", "pattern", "a"])
def test_an_address_outside_of_the_file_is_gone(element, address):
    inside = f'<{element} href="{address}"/><{element} xlink:href="{address}"/>'
    assert "etc" not in stored(svg(f"<defs>{inside}</defs>"))


def test_a_local_file_is_not_drawn(tmp_path):
    path = tmp_path / "red.png"
    path.write_bytes(saved(quarters(), "PNG"))
    for address in (path, f"file://{path}", os.path.relpath(path)):
        image = drawn(svg(f'<image width="40" height="30" href="{address}"/>'))
        assert image.getextrema()[3] == (0, 0)


def test_the_artist_itself_opens_no_file(tmp_path):
    # Past all filters: what is drawn comes from standard input alone.
    path = tmp_path / "red.png"
    path.write_bytes(saved(quarters(), "PNG"))
    for address in (path, f"file://{path}"):
        text = svg(f'<image width="40" height="30" href="{address}"/>')
        assert raster(text, size=(40, 30)).getextrema()[3] == (0, 0)


@pytest.mark.parametrize(
    "value",
    [
        "url(http://evil.example/x)",
        "url('http://evil.example/x')",
        'url( "/evil/x" )',
        "URL(evil)",
        "url(evil.svg#a)",
        "url(//evil.example/x#a)",
        "url(data:image/svg+xml;base64,evil)",
        "u\\72l(http://evil.example/x)",
        "url(#a) url(evil)",
        "url(evil",
        "urlurl(x)(evil)",
        "image-set('evil' 1x)",
        "-webkit-image-set(url(evil) 1x)",
        "image('evil')",
        "src('evil')",
        "cross-fade(url(evil), url(evil))",
        "expression(evil)",
        "-moz-binding: evil",
    ],
)
def test_what_a_style_fetches_is_gone(value):
    quoted = value.replace('"', "&quot;")
    text = stored(
        svg(
            f'<g fill="{quoted}"/><g style="fill:{quoted}"/><g filter="{quoted}"/>'
            f"<style>.a{{fill:{quoted}}}</style><style><![CDATA[.a{{fill:{value}}}]]></style>"
        )
    )
    assert "url(evil" not in text
    assert "http" not in text.replace(SVG, "")
    assert "evil." not in text
    assert "'evil'" not in text
    assert "\\" not in text


@pytest.mark.parametrize("parted", ["image-{}set", "cross-{}fade", "-webkit-image-{}set"])
@pytest.mark.parametrize(
    "side", ["width:1;", "width height:1;:1;", "width min-height:1; width:2;:1;"]
)
def test_a_size_that_is_cut_out_of_the_style_of_the_root_joins_nothing_that_fetches(parted, side):
    style = f"background:{parted.format(side)}('http://evil.example/a' 1x)"
    text = stored(svg(root=f'width="40" height="30" style="{style}"'))
    assert "(&#x27;http:" not in text.replace(parted.format("width :1;"), "")
    assert f"{parted.format('')}(" not in text


@pytest.mark.parametrize(
    "sheet",
    [
        "@import url(http://evil.example/x.css);",
        "@import 'evil.css';",
        "@IMPORT 'evil.css'",
        "@imp\\6frt 'evil.css';",
        "@import 'evil.css' {",
        "@namespace evil url(http://evil.example);",
        "@font-face{font-family:a;src:url(evil.woff)}",
        "/* evil */",
        "@import" * 10_000 + " 'evil.css' {",
    ],
)
def test_a_style_sheet_of_elsewhere_is_gone(sheet):
    assert "evil" not in stored(svg(f"<style>{sheet}</style><style>.a{{fill:red}}</style>"))


def test_a_comment_hides_no_import():
    assert "@import" not in stored(svg("<style>@im/**/port 'a.css'; @/**/import 'b.css'</style>"))


def test_what_is_around_an_import_stays():
    text = stored(svg("<style>@import 'a.css'; .b{fill:red}</style>"))
    assert "<style> .b{fill:red}</style>" in text


def test_instructions_other_vocabularies_and_bases_are_gone():
    text = stored(
        svg(
            '<g xml:base="http://evil/"/><e:evil xmlns:e="http://evil/"/><g e:x="evil" xmlns:e="y"/>'
            '<a href="#a" target="evil" ping="evil" download="evil"/>',
            head='<?xml-stylesheet href="http://evil/x.css"?>',
        )
    )
    assert "evil" not in text


def test_an_svg_within_an_svg_is_gone():
    inner = data_url(svg("<script>alert(1)</script>"), "svg+xml")
    hidden = data_url(svg("<script>alert(1)</script>"), "png")
    assert "base64" not in stored(svg(f'<image href="{inner}"/><image href="{hidden}"/>'))


# What is a bomb

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE svg [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://evil.example/x.dtd">%x;]>',
        '<!DOCTYPE svg SYSTEM "http://evil.example/x.dtd">',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">',
        "<!DOCTYPE svg>",
        "<!DOCTYPE svg [" + '<!ATTLIST svg onload CDATA "alert(1)">]>',
    ],
    ids=["billion laughs", "XXE", "parameter entity", "external", "public", "bare", "default"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_and_nothing_of_it_is_read(doctype, encoding):
    text = svg("<text>&l9;&x;</text>", head=doctype).decode()
    refused_in_time(text.encode(encoding), "dtd")


@pytest.mark.parametrize("depth", [500, 20_000, 100_000])
def test_what_is_nested_without_end_is_refused(depth):
    refused_in_time(svg("<g>" * depth + "</g>" * depth), "complex")


def test_what_is_nested_and_never_closed_is_refused():
    refused_in_time(svg("<g>" * 300_000).removesuffix(b"</svg>"), "complex")


@pytest.mark.parametrize(
    "reference", ['<use href="#{}"/>', '<rect fill="url(#{})"/>', '<g style="mask:url(#{})"/>']
)
def test_references_that_multiply_are_counted_and_refused(reference):
    levels = "".join(
        f'<pattern id="a{n}">{reference.format(f"a{n - 1}") * 10}</pattern>' for n in range(1, 20)
    )
    refused_in_time(svg(f'<rect id="a0"/>{levels}{reference.format("a19")}'), "complex")


def test_references_in_a_circle_end():
    text = '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/><use href="#b"/></g>'
    with suppress(UploadRefused):
        ingested(svg(text))


def test_a_long_chain_of_references_is_counted():
    chain = "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(9000))
    with suppress(UploadRefused):
        ingested(svg(chain))


@pytest.mark.parametrize(
    "filter_",
    [
        '<filter id="f" width="1000000%" height="1000000%"><feFlood/></filter>',
        '<filter id="f" x="-99" width="199" height="9"><feFlood/></filter>',
        '<filter id="f" filterUnits="userSpaceOnUse" width="99999"><feFlood/></filter>',
        '<filter id="f"><feTurbulence numOctaves="1000000000"/></filter>',
        '<filter id="f"><feConvolveMatrix order="300 300"/></filter>',
        '<filter id="f"><feMorphology radius="99999"/></filter>',
        '<filter id="f"><feGaussianBlur stdDeviation="99999"/></filter>',
        f'<filter id="f">{"<feTile/>" * 1001}</filter>',
    ],
)
def test_a_filter_with_too_much_to_do_is_refused(filter_):
    refused_in_time(svg(f'{filter_}<rect filter="url(#f)" width="9" height="9"/>'), "complex")


def test_a_filter_as_people_use_it_is_taken():
    text = (
        '<filter id="f" x="-50%" y="-50%" width="200%" height="200%">'
        '<feGaussianBlur stdDeviation="4"/><feMorphology radius="2"/></filter>'
        '<rect filter="url(#f)" width="40" height="30" fill="red"/>'
    )
    assert drawn(svg(text)).getextrema()[3][1] > 200


def test_what_takes_too_long_to_draw_is_ended_and_refused():
    steps = '<feTurbulence baseFrequency="0.1" numOctaves="9"/>' * 900
    text = f'<filter id="f" x="0" y="0" width="1" height="1">{steps}</filter>'
    text += '<rect filter="url(#f)" width="3000" height="3000"/>'
    refused_in_time(svg(text, 'width="3000" height="3000"'), "complex")


def bomb(width, height):
    """Return a PNG of one colour that says it is that large."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", bytes(50)) + END


def test_a_bomb_within_an_svg_is_refused():
    refused_in_time(svg(f'<image href="{data_url(bomb(20_000, 20_000))}"/>'), "pixels")


def test_pictures_that_are_a_bomb_together_are_refused():
    large = saved(Image.new("1", (2500, 2500)), "PNG")
    image = f'<image href="{data_url(large)}"/>'
    assert stored(svg(image * 2)).count("base64") == 2
    refused_in_time(svg(image * 3), "pixels")


def test_drawing_takes_no_more_memory_than_it_may():
    # Past all filters again: a picture of 400 megapixels. In a process that has no other children.
    text = svg(f'<image width="40" height="30" href="{data_url(bomb(20_000, 20_000))}"/>')
    program = (
        "import contextlib, resource, sys\n"
        "from gallery_events.exceptions import UploadRefused\n"
        "from gallery_events.imaging.svg import raster\n"
        "with contextlib.suppress(UploadRefused): raster(sys.stdin.buffer.read(), size=(40, 30))\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], input=text, stdout=subprocess.PIPE, check=True, cwd=PACKAGE
    )
    assert 0 < int(told.stdout) < 300 * 1024


def test_the_artist_is_limited_before_it_reads_anything():
    program = (
        "import resource, runpy, sys\n"
        f"artist = runpy.run_path({drawing.PROGRAM!r})\n"
        "artist['_limit']()\n"
        "print(*(resource.getrlimit(getattr(resource, 'RLIMIT_' + n))[1] "
        "for n in ('CPU', 'DATA', 'CORE', 'FSIZE')))"
    )
    told = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    assert told.stdout.split() == [b"%d" % n for n in (artist.SECONDS, artist.MEMORY, 0, 0)]


FAKE = """
import socket

class Error(Exception): pass

def cache_set_max(number): pass

class Image:
    width = height = 1

    @classmethod
    def svgload_buffer(cls, data, **options):
        return cls()

    def write_to_memory(self):
        told = b""
        for attempt in (lambda: open(__file__), socket.socket):
            try:
                attempt().close()
                told += b"open "
            except OSError:
                told += b"shut "
        return told
"""


def test_whoever_took_the_artist_over_could_open_neither_file_nor_connection(tmp_path):
    (tmp_path / "pyvips.py").write_text(FAKE, encoding="utf-8")
    command = [sys.executable, "-I", "-S", drawing.PROGRAM, "1", "1", "1", tmp_path, *sys.path]
    ended = subprocess.run(command, input=b"0\n", stdout=subprocess.PIPE, env={}, check=True)
    assert ended.stdout == b"shut shut "


def test_what_makes_itself_larger_than_it_says_is_broken():
    refused_in_time(svg("<style>svg{width:9000px;height:9000px}</style>"), "broken")


def test_resvg_is_never_used():
    # It reads local files, and a few kilobytes of nested groups end the process it runs in.
    sources = [*(PACKAGE / "gallery_events").rglob("*.py"), PACKAGE / "setup.py"]
    assert not [path for path in sources if "resvg" in path.read_text(encoding="utf-8")]


def test_compressed_svg_is_no_format():
    assert refusal(gzip.compress(svg())).code == "format"


def test_a_page_that_is_an_svg_as_well_is_what_its_root_is():
    html = b"<html><body>" + svg("<script>alert(1)</script>") + b"</body></html>"
    assert refusal(html).code == "format"
    text = stored(svg("<g>" + base64.b64encode(b"<html>").decode() + "</g>") + b"<!-- <html> -->")
    assert "html" not in text
