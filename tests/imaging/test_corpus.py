"""Some hundred files: each is an image that looks as it should, or a refusal with its code."""

from collections import Counter
from io import BytesIO

import pytest
from PIL import Image

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.formats import KNOWN
from tests.imaging.corpus import Case, cases, points
from tests.imaging.made import ingested

CASES = list(cases())
#: All that can be had, but what nobody takes unasked.
FORMATS = tuple(name for name in KNOWN if name != "SVG")
#: How far a colour may be from what it should be, of 255.
TOLERANCE = 12


def test_there_are_enough_and_no_two_have_one_name():
    assert len(CASES) >= 300
    assert [name for name, times in Counter(each.name for each in CASES).items() if times > 1] == []


@pytest.mark.parametrize("case", [each for each in CASES if each.shown], ids=lambda each: each.name)
def test_a_picture_has_its_size_and_its_colours(case: Case):
    shown = case.shown()
    _, made = ingested(case.make(), formats=FORMATS)

    assert (made.width, made.height) == shown.size
    with Image.open(BytesIO(made.thumbnail.data)) as thumbnail:
        assert far(points(thumbnail), points(shown)) <= TOLERANCE


@pytest.mark.parametrize("case", [each for each in CASES if each.codes], ids=lambda each: each.name)
def test_what_is_no_such_picture_is_refused_in_a_sentence(case: Case):
    with pytest.raises(UploadRefused) as refused:
        ingested(case.make(), formats=FORMATS)

    assert refused.value.code in case.codes
    assert str(refused.value).endswith(".")


def far(colours, others):
    """Return the largest difference of any channel at any of the points."""
    pairs = zip(colours, others, strict=True)
    return max(
        abs(one - two) for left, right in pairs for one, two in zip(left, right, strict=True)
    )
