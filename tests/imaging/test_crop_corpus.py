"""Every file of the corpus that is taken can be edited, and shows the same, turned."""

from io import BytesIO

import pytest
from PIL import Image

from gallery_events.domain.edits import Edit
from gallery_events.exceptions import UploadRefused
from tests.imaging.corpus import Case, points
from tests.imaging.edited import edited, seen
from tests.imaging.made import ingested
from tests.imaging.test_corpus import CASES, FORMATS, TOLERANCE, far


def shown(data):
    found, made = ingested(data, formats=FORMATS)
    with Image.open(BytesIO(made.thumbnail.data)) as thumbnail:
        thumbnail.load()
    return found, thumbnail


@pytest.mark.parametrize("case", [each for each in CASES if each.shown], ids=lambda each: each.name)
def test_a_picture_is_turned_with_its_colours(case: Case):
    data = case.make()
    before, _ = shown(data)
    edit = Edit(rotate=90, flip=True, size=before.upright)
    after, thumbnail = shown(edited(data, edit))

    assert after.upright == before.upright[::-1]
    assert far(points(thumbnail), points(seen(case.shown(), edit))) <= TOLERANCE
    if after.format is before.format and before.format.name != "WEBP":
        assert after.frames == before.frames


@pytest.mark.parametrize("case", [each for each in CASES if each.codes], ids=lambda each: each.name)
def test_what_is_no_such_picture_is_refused_by_an_edit_too_or_edited(case: Case):
    """An edit need not look at every frame or byte; but it refuses, or makes a sound file."""
    try:
        made = edited(case.make(), Edit(flip=True))
    except UploadRefused as refused:
        assert refused.code  # noqa: PT017 - either is right
    else:
        shown(made)
