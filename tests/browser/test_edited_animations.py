"""Edited animations as a browser plays them: its own decoder tells frames, durations and plays."""

import base64

import pytest

from gallery_events.imaging.avif_plays import with_plays
from tests.imaging.edited import edited
from tests.imaging.test_crop import DURATIONS, EDITS, animated, moving

pytestmark = pytest.mark.sqlite

PLAYED = """
async ([type, encoded]) => {
  const data = Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
  const decoder = new ImageDecoder({ type, data });
  await decoder.tracks.ready;
  await decoder.completed;
  const track = decoder.tracks.selectedTrack;
  const durations = [];
  for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex += 1) {
    durations.push((await decoder.decode({ frameIndex })).image.duration / 1000);
  }
  return [String(track.repetitionCount), durations];
}
"""
#: How often a file says that it plays, and how often a browser repeats it.
REPEATED = {
    "gif": {None: "0", 0: "Infinity", 3: "3"},
    "png": {0: "Infinity", 3: "2"},
    "webp": {0: "Infinity", 3: "2"},
    "avif": {0: "Infinity", 1: "0", 3: "2"},
}


def film(kind, plays, *, transparent):
    images = moving(transparent=transparent)
    if kind == "avif":
        return with_plays(animated("AVIF", images), plays)
    return animated(kind.upper(), images, **({} if plays is None else {"loop": plays}))


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
@pytest.mark.parametrize("kind", REPEATED)
def test_a_browser_plays_an_edited_animation_as_the_one_before(visit, kind):
    page = visit()
    # A decoder is only had on a page of a trusted origin.
    page.goto("/accounts/login/")

    for plays, repeated in REPEATED[kind].items():
        for transparent in (False, True):
            data = film(kind, plays, transparent=transparent)
            for each in (data, edited(data, EDITS[0])):
                encoded = base64.b64encode(each).decode()
                told = page.evaluate(PLAYED, [f"image/{kind}", encoded])
                assert told == [repeated, DURATIONS], (kind, plays, transparent)
