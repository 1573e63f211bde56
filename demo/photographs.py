"""The photographs of the demo: real ones, out of the wheels that photographs.txt names."""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".venv" / "photographs"

#: What each shows, and where its wheel keeps it.
PHOTOGRAPHS = {
    "Pagoda in Beijing": "sklearn/datasets/images/china.jpg",
    "Dahlia": "sklearn/datasets/images/flower.jpg",
    "Grace Hopper": "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
    "Eileen Collins": "skimage/data/astronaut.png",
    "Chelsea the cat": "skimage/data/chelsea.png",
    "Espresso": "skimage/data/coffee.png",
    "Rocket on its pad": "skimage/data/rocket.jpg",
    "Hubble deep field": "skimage/data/hubble_deep_field.jpg",
    "Motorcycle from the left": "skimage/data/motorcycle_left.png",
    "Motorcycle from the right": "skimage/data/motorcycle_right.png",
    "Retina": "skimage/data/retina.jpg",
    "Stained tissue": "skimage/data/ihc.png",
    "Cameraman": "skimage/data/camera.png",
    "Coins from Pompeii": "skimage/data/coins.png",
    "Surface of the moon": "skimage/data/moon.png",
    "Brick wall": "skimage/data/brick.png",
    "Grass": "skimage/data/grass.png",
    "Gravel": "skimage/data/gravel.png",
    "Living cell": "skimage/data/cell.png",
    "Clock in motion": "skimage/data/clock_motion.png",
    "Page of a book": "skimage/data/page.png",
    "Handwriting": "skimage/data/text.png",
}


class PhotographsMissing(FileNotFoundError):
    """The photographs are not there, or not all of them."""


def photographs(stand_ins: Path | None = None) -> Iterator[tuple[str, Path]]:
    """
    Yield what each photograph shows and where it is, the colourful ones first.

    *stand_ins* is a folder whose pictures take their places, by name.
    """
    if stand_ins is not None:
        yield from _cast(stand_ins)
        return
    missing = [path for path in PHOTOGRAPHS.values() if not (FOLDER / path).is_file()]
    if missing:
        raise PhotographsMissing(
            f"{len(missing)} of {len(PHOTOGRAPHS)} photographs are missing from {FOLDER}, "
            f"{missing[0]} among them. Run: rm -rf {FOLDER} && make demo"
        )
    for name, path in PHOTOGRAPHS.items():
        yield name, FOLDER / path


def _cast(folder: Path) -> Iterator[tuple[str, Path]]:
    pictures = sorted(path for path in folder.iterdir() if path.is_file())
    if len(pictures) < len(PHOTOGRAPHS):
        raise PhotographsMissing(
            f"The story needs {len(PHOTOGRAPHS)} pictures; {folder} has {len(pictures)}."
        )
    yield from zip(PHOTOGRAPHS, pictures, strict=False)
