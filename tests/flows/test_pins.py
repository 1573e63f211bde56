"""Pinned images stay, whatever their use, until a day and for a reason."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.sweep import explain, sweep
from gallery_events.flows.trash import pin, rescue, unpin
from gallery_events.models import Image, Tombstone
from gallery_events.signals import image_rescued
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Photo
from tests.sweeping import (
    DAY,
    GRACE,
    TICK,
    TRASH,
    make_due,
    make_trashed,
    state,
    sweep_daily,
    unreviewed,
)

pytestmark = pytest.mark.django_db

UNTIL = NOW + 60 * DAY
WHY = {"until": UNTIL, "reason": "for the court"}


@pytest.fixture
def heard():
    """Return what is told of rescues: (key, who, why)."""
    found = []

    def rescued(sender, image, user, by, **kwargs):
        found.append((image.pk, user, by, image.trashed_at, image.pinned_until))

    image_rescued.connect(rescued)
    yield found
    image_rescued.disconnect(rescued)


@pytest.mark.parametrize("model", [Image, Photo])
def test_a_pinned_image_outlives_every_sweep_until_its_day(heard, model):
    image = make_due(model)
    assert pin(image, now=NOW, **WHY) == image
    assert (image.pinned_until, image.pin_reason) == (UNTIL, "for the court")
    for day in range(60):
        sweep(now=NOW + day * DAY)
        assert state(image) == "kept"
    # It is looked at again at the very end, and only then.
    assert sweep(now=UNTIL - TICK).reasons == {}
    assert sweep(now=UNTIL).trashed == 1
    assert sweep(now=UNTIL + TRASH).purged == 1
    assert heard == []


def test_in_the_trash_it_comes_out_and_is_looked_at_when_the_pin_ends(heard):
    user = get_user_model().objects.create_user("anna")
    image = make_trashed()
    pin(image, user=user, now=NOW, **WHY)
    assert (image.trashed_at, image.review_after) == (None, UNTIL)
    assert heard == [(image.pk, user, "pinned", None, UNTIL)]
    assert not unreviewed().exists()
    assert sweep(now=UNTIL).trashed == 1


def test_so_it_does_out_of_a_trash_that_is_never_emptied(settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": None}
    image = make_due()
    sweep(now=NOW)
    pin(image, now=NOW, **WHY)
    image.refresh_from_db()
    assert image.review_after == UNTIL


def test_what_waits_longer_goes_on_waiting():
    image = make_image(review_after=NOW + GRACE)
    pin(image, until=NOW + DAY, reason="for a day", now=NOW)
    assert image.review_after == NOW + GRACE


def test_in_a_gallery_it_is_still_not_looked_at():
    (key,) = make_ids(1, review_after=NOW)
    album = make_album([key])
    sweep(now=NOW)
    image = pin(Image.objects.get(), now=NOW, **WHY)
    assert image.review_after is None
    assert unpin(image, now=NOW).review_after is None
    pin(image, now=NOW, **WHY)
    album.photos, album._history_date = [], NOW
    album.save()
    sweep_daily(NOW, 60)
    assert state(image) == "kept"
    sweep_daily(NOW + 60 * DAY, 40)
    assert state(image) == "purged"


@pytest.mark.parametrize("until", [NOW + 2 * DAY, NOW + 90 * DAY])
def test_a_pin_can_be_moved(until):
    image = make_due()
    pin(image, now=NOW, **WHY)
    pin(image, until=until, reason="sooner or later", now=NOW)
    assert (image.review_after, image.pinned_until) == (until, until)


# Unpinned.


def test_unpinned_it_has_a_whole_grace():
    image = pin(make_due(), now=NOW, **WHY)
    unpin(image, now=NOW + DAY)
    assert (image.pinned_until, image.pin_reason) == (None, "")
    assert image.review_after == NOW + DAY + GRACE
    unpin(image, now=NOW + 5 * DAY)
    assert image.review_after == NOW + DAY + GRACE
    assert sweep(now=NOW + DAY + GRACE).trashed == 1


def test_unpinned_shortly_before_its_end_it_does_not_wait_longer():
    image = pin(make_due(), now=NOW, **WHY)
    unpin(image, now=UNTIL - DAY)
    assert image.review_after == UNTIL


def test_what_was_to_be_looked_at_before_still_is():
    image = make_due(pinned_until=UNTIL, pin_reason="set in the admin")
    unpin(image, now=NOW)
    assert image.review_after == NOW


# Refused.


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"until": NOW}, "has passed: pin to a moment that lies ahead"),
        ({"until": NOW - DAY}, "has passed"),
        ({"reason": ""}, "needs a reason"),
        ({"reason": "  \n"}, "needs a reason"),
        ({"reason": None}, "needs a reason"),
        ({"reason": "x" * 256}, "at most 255 characters"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(wrong, words):
    image = make_trashed()
    with pytest.raises(GalleryError, match=words):
        pin(image, now=NOW, **{**WHY, **wrong})
    assert state(image) == "trashed"


def test_an_end_must_be_a_moment_of_the_projects_calendar():
    image = make_image()
    with pytest.raises(TypeError, match="until=None is no moment"):
        pin(image, now=NOW, **{**WHY, "until": None})
    with pytest.raises(TypeError, match=r"until=.* is no moment"):
        pin(image, now=NOW, **{**WHY, "until": UNTIL.date()})
    with pytest.raises(ValueError, match=r"until=.* does not fit USE_TZ"):
        pin(image, now=NOW, **{**WHY, "until": UNTIL.replace(tzinfo=None)})
    with pytest.raises(TypeError, match="is no user"):
        pin(image, now=NOW, user="anna", **WHY)
    assert pin(image, now=NOW, user=AnonymousUser(), until=NOW + TICK, reason="x").pinned_until


def test_a_purged_image_cannot_be_pinned_but_had_back_first():
    image = make_trashed()
    sweep(now=NOW)
    for verb in (lambda: pin(image, now=NOW, **WHY), lambda: unpin(image)):
        with pytest.raises(ImagesLost):
            verb()
    back = rescue(Tombstone.objects.get(), now=NOW)
    assert pin(back, now=NOW, **WHY).pinned_until == UNTIL


# Seen.


def test_a_pin_is_seen_by_whoever_asks_and_by_the_sweep():
    image = pin(make_due(), now=NOW, **WHY)
    found = explain(image, now=NOW)
    assert found.lines[0] == "pinned until 30 June: for the court"
    assert found.earliest == UNTIL + TRASH
    Image.objects.update(review_after=NOW)
    assert sweep(now=NOW).reasons == {"keep: pinned until 2026-06-30": 1}


def test_a_pin_that_ended_is_not_spoken_of():
    image = make_due(pinned_until=NOW - timedelta(days=1), pin_reason="long ago")
    assert "pinned" not in str(explain(image, now=NOW))
