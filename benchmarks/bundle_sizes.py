"""What browsers are sent for the widget, beside other packages bundled in the same run."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.conf import settings

from benchmarks.sizes import Sizes
from benchmarks.table import Row
from building import frontend
from building.node import node
from gallery_events.widgets import GalleryWidget

OTHERS = Path(__file__).parent / "others"
STATIC = frontend.ROOT / "gallery_events" / "static"
DIST = frontend.LICENCES.parent
#: Brotli's bytes of all scripts that come with a page.
MOST = 15_000
#: Parts that come when they are needed.
LATER = ("arranging", "cropping", "resuming", "uploading")
#: What is bundled, and what it can do of what ours can.
SETS = {
    "seed": "jQuery File Upload, Cropper.js, SortableJS",
    "uppy": "Uppy: dashboard, xhr",
    "uppy-editing": "Uppy: dashboard, xhr, image-editor",
    "uppy-resuming": "Uppy: the same with tus",
    "filepond": "FilePond with 8 plugins",
}


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a file as it is, by gzip, by brotli; of several, added up."""

    min: int
    gzip: int
    brotli: int

    @classmethod
    def of(cls, all_: Sequence[Self]) -> Self:
        """Return what they weigh together, each sent by itself."""
        return cls(*(sum(getattr(each, name) for each in all_) for name in cls.__slots__))


def rows(sizes: Sizes) -> Iterator[Row]:
    frontend.run("build")
    scripts = [STATIC / each._path for each in GalleryWidget().media._js]  # noqa: SLF001
    styles = [STATIC / path for path in GalleryWidget().media._css["all"]]  # noqa: SLF001
    parts = [path for name in LATER if (path := DIST / f"{name}.js").exists()]
    weights = weighed(settings.FOLDER / "others", [*scripts, *styles, *parts])

    def ours(paths: Sequence[Path]) -> Weight:
        return Weight.of([weights[path.name] for path in paths])

    page, everything = ours(scripts), ours([*scripts, *parts])
    names = " + ".join(path.stem for path in scripts)
    yield row(f"with the page: ours ({names})", page, page).aiming(
        f"<= {MOST:,} brotli", page.brotli <= MOST
    )
    for name in ("seed", "uppy", "filepond"):
        yield row(f"with the page: {SETS[name]}", weights.get(f"{name}.js"), page)
    for path in parts:
        yield row(f"when needed: ours, {path.stem}", ours([path]))
    yield row("all together: ours", everything, everything)
    for name in ("uppy-editing", "uppy-resuming"):
        yield row(f"all together: {SETS[name]}", weights.get(f"{name}.js"), everything)
    yield row("style: ours, as it is written", ours(styles), ours(styles))
    for name in ("seed", "uppy-resuming", "filepond"):
        yield row(f"style: {SETS[name]}", weights.get(f"{name}.css"), ours(styles))


def row(what: str, weight: Weight | None, first: Weight | None = None) -> Row:
    if weight is None:
        return Row(what, "(npm did not bring it)")
    measured = f"{weight.min:,} min, {weight.gzip:,} gz, {weight.brotli:,} br"
    return Row(what, measured, first and weight.brotli / first.brotli)


def weighed(folder: Path, paths: Sequence[Path]) -> dict[str, Weight]:
    """Bundle the others into the folder; return what each file weighs, theirs and those given."""
    program = node()
    with suppress(subprocess.CalledProcessError):  # ours are measured all the same
        program.run("ci", "--ignore-scripts", "--silent", folder=OTHERS)
    told = subprocess.run(
        [program.program, OTHERS / "bundle.mjs", folder, *paths],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = [json.loads(line) for line in told.stdout.splitlines()]
    return {each.pop("name"): Weight(**each) for each in found}
