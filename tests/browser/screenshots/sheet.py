"""The contact sheet: a page with every picture, and one picture of all for each look."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw

COLUMNS, GAP, LABEL = 6, 12, 18
TILE = (300, 400)
GREY = "#808080"


def write_page(folder: Path, *, rows: dict[str, Sequence[Path]]) -> Path:
    """Write a page that shows the pictures of each place side by side, and return its file."""
    body = "\n".join(
        f"<section><h2>{escape(name)}</h2><p>{''.join(map(_figure, paths))}</p></section>"
        for name, paths in rows.items()
    )
    path = folder / "index.html"
    path.write_text(PAGE.format(body=body), encoding="utf-8")
    return path


def _figure(path: Path) -> str:
    name = escape(path.name)
    return f'<a href="{name}"><img src="{name}" alt="{escape(path.stem)}" loading="lazy"></a>'


def write_sheet(path: Path, pictures: Sequence[Path]) -> None:
    """Write one picture of many, their upper parts side by side under their names."""
    lines = -(-len(pictures) // COLUMNS)
    width, height = TILE[0] + GAP, TILE[1] + GAP + LABEL
    sheet = Image.new("RGB", (COLUMNS * width + GAP, lines * height + GAP), GREY)
    draw = ImageDraw.Draw(sheet)
    for number, each in enumerate(pictures):
        left, top = GAP + number % COLUMNS * width, GAP + number // COLUMNS * height
        draw.text((left, top), each.stem, fill="white")
        sheet.paste(_tile(each), (left, top + LABEL))
    sheet.save(path)


def _tile(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        upper = Image.new("RGB", (picture.width, picture.width * TILE[1] // TILE[0]), GREY)
        upper.paste(picture)
        return upper.resize(TILE, Image.Resampling.LANCZOS)


PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Every page, in every light</title>
<style>
body {{ background: #808080; color: white; font-family: sans-serif; }}
p {{ align-items: start; display: flex; flex-wrap: wrap; gap: 12px; }}
img {{ max-block-size: 600px; max-inline-size: 420px; }}
</style>
{body}
</html>
"""
