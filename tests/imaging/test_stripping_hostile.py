"""Whatever a file is: it is refused, or it is stored and shows what it showed before."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery_events.exceptions import UploadRefused
from tests.imaging import planted
from tests.imaging.planted import seen, stored
from tests.imaging.test_stripping import FILES

SEEDS = {name: made() for name, made in FILES.items()}
#: A file of some kilobytes needs milliseconds; a loop would need for ever.
SECONDS = 10


def shown(data, name):
    """Return what a file shows; None where damage keeps all or some of it from being read."""
    try:
        return seen(data, name)
    except Exception:  # noqa: BLE001 - decoders raise whatever they like
        return None


def hold(data):
    """Store a file, and hold it to what it showed before; return its treatment, or a code."""
    began = time.process_time()
    code, kept, made, found = "", b"", None, None
    try:
        kept, made, found = stored(data)
    except UploadRefused as refusal:
        code = refusal.code
    assert time.process_time() - began < SECONDS
    assert code in ("", "broken", "format", "pixels", "frames")
    if code:
        return code
    before, after = shown(data, found.format.name), shown(kept, made.format.name)
    assert after is not None
    # Metadata that was damaged may have kept the picture, or its profile, from being read.
    if before is not None:
        assert after[0] == before[0]
        assert after[1] == before[1] or before[1] is None
        if made.treatment == "encoded":
            assert [each[1] for each in after[2]] == [each[1] for each in before[2]]
        else:
            assert after[2] == before[2]
    return made.treatment


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of damage, and goes on
@pytest.mark.parametrize("seed", SEEDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_changed_file_is_refused_or_shows_the_same(seed, data):
    changed = bytearray(SEEDS[seed])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    hold(bytes(changed))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", SEEDS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_file_with_pieces_moved_is_refused_or_shows_the_same(seed, data):
    whole = SEEDS[seed]
    places = st.integers(0, len(whole))
    start, end = sorted((data.draw(places), data.draw(places)))
    to = data.draw(places)
    piece = whole[start:end][:200]
    hold(whole[:to] + piece + whole[to:])
    hold(whole[:start] + whole[start + len(piece) :])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_describes_a_file_may_be_changed_at_will(seed):
    whole = SEEDS[seed]
    # Where the structures are: at the beginning, and at the end of a TIFF.
    places = [*range(4, min(400, len(whole)), 7), *range(max(4, len(whole) - 400), len(whole), 7)]
    chance = random.Random(seed)
    for at in places:
        changed = bytearray(whole)
        changed[at] = chance.choice([0, 1, 255, changed[at] ^ 1 << chance.randrange(8)])
        hold(bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        b"II*\0\x08\0\0\0" + b"\xff\xff" * 50,
        b"II+\0\x08\0\0\0\x10" + bytes(7) + b"\xff" * 60,
        b"GIF89a\1\0\1\0\0\0\0" + b"!\xff\x0bNETSCAPE2.0\x03\1\0\0" * 40,
        b"\xff\xd8" + b"\xff\xe1\0\x02" * 5000 + b"\xff\xd9",
        b"RIFF\xff\xff\xff\xffWEBPVP8X" + bytes(40),
        planted.box(b"ftyp", b"avif\0\0\0\0avif") + planted.box(b"meta", bytes(4)) * 3,
        planted.box(b"ftyp", b"avisavis\0\0\0\0") + planted.box(b"moov", bytes(8)) * 3,
    ],
)
def test_files_that_are_all_structure_are_refused(data):
    assert hold(data) == "broken"
