"""Edits of files, and what is seen of them: by Pillow's own ways of turning, which ours are not."""

from io import BytesIO

from PIL import Image, ImageOps

from gallery_events.domain.edits import QUARTERS
from gallery_events.imaging.crop import write_edited
from gallery_events.imaging.probe import Limits

LIMITS = Limits(50_000_000, 1000, ())
TURNS = [(turn, flip) for turn in QUARTERS for flip in (False, True)]
#: How an upright picture is stored, by the orientation that says so.
STORED = {
    1: lambda image: image,
    2: ImageOps.mirror,
    3: lambda image: image.rotate(180),
    4: ImageOps.flip,
    5: lambda image: ImageOps.mirror(image.rotate(270, expand=True)),
    6: lambda image: image.rotate(90, expand=True),
    7: lambda image: ImageOps.mirror(image.rotate(90, expand=True)),
    8: lambda image: image.rotate(270, expand=True),
}


def edited(data, edit, *, limits=LIMITS):
    """Return the bytes that an edit makes of a file's."""
    out = BytesIO()
    write_edited(BytesIO(data), edit, limits=limits, into=out)
    return out.getvalue()


def opened(data):
    return Image.open(BytesIO(data))


def seen(image, edit):
    """Return what an edit is to show of an upright picture."""
    image = image.rotate(-edit.rotate, expand=True)
    if edit.flip:
        image = ImageOps.mirror(image)
    if edit.crop is not None:
        left, top, width, height = edit.crop
        image = image.crop((left, top, left + width, top + height))
    return image


def frames(data):
    """Return every frame that browsers show, whole and in RGBA, and how long each is seen."""
    found = []
    with opened(data) as image:
        first = int(getattr(image, "default_image", False))
        for number in range(first, image.n_frames):
            image.seek(number)
            image.load()
            found.append((image.convert("RGBA"), image.info.get("duration")))
    return found


def same(one, other):
    """Tell whether two pictures look the same: what is transparent has no colour."""
    return one.size == other.size and max(_differences(one, other)) == 0


def apart(one, other):
    """Return by how much two pictures of one size differ, on average and at most."""
    found = _differences(one, other)
    return sum(found) / len(found), max(found)


def _differences(one, other):
    found = []
    for ground in ("black", "white"):
        under = Image.new("RGBA", one.size, ground)
        left, right = (Image.alpha_composite(under, each.convert("RGBA")) for each in (one, other))
        found += [abs(a - b) for a, b in zip(left.tobytes(), right.tobytes(), strict=True)]
    return found
