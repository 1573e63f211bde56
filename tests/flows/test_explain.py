"""Why an image is still here, or why it went, in words that a person understands."""

import pytest
from django.contrib.auth import get_user_model

from gallery_events.exceptions import GalleryError
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, Tombstone
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Article, Card, Photo, Poster
from tests.sweeping import DAY, make_due, make_trashed, save_at

pytestmark = pytest.mark.django_db


def told(image, **how):
    """Return the state and the lines as one text."""
    found = explain(image, now=NOW, **how)
    return found.state, "\n".join(found.lines)


def test_in_a_gallery_it_says_since_when_and_whose():
    (key,) = make_ids(1)
    album = save_at(Album(title="Summer", photos=[key]), NOW)
    assert told(key) == ("in use", f"in photos of Album {album.pk} 'Summer' now, since 2026-05-01")


def test_shared_it_names_every_gallery():
    (key,) = make_ids(1)
    albums = [make_album([key]) for _ in range(3)]
    state, text = told(key)
    assert state == "in use"
    for album in albums:
        assert f"Album {album.pk} 'Summer' now" in text


def test_in_very_many_galleries_it_names_some_and_counts_the_rest():
    (key,) = make_ids(1)
    for _ in range(25):
        make_album([key])
    _state, text = told(key)
    assert text.count(" now, since ") == 20
    assert "and in 5 more places" in text


def test_recently_removed_it_says_by_whom():
    (key,) = make_ids(1)
    album = save_at(Album(title="Summer", photos=[key]), NOW - 9 * DAY)
    album.photos, album._history_user = [], get_user_model().objects.create_user("anna")
    save_at(album, NOW)
    assert told(key) == (
        "in use",
        (
            f"kept by snapshot 1 of Album {album.pk} 'Summer' "
            "(taken out of photos on 2026-05-01 by anna) until 2026-05-31"
        ),
    )


def test_recently_removed_by_nobody_knows_whom_it_does_not_guess(settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": None}
    (key,) = make_ids(1)
    album = make_album([key])
    album.photos = []
    save_at(album, NOW)
    assert told(key)[1].endswith("(taken out of photos on 2026-05-01) for ever")


def test_of_a_deleted_owner_it_says_so():
    (key,) = make_ids(1)
    album = make_album([key])
    pk, album._history_date = album.pk, NOW
    album.delete()
    assert f"Album {pk} (deleted) (taken out of photos on 2026-05-01)" in told(key)[1]


def test_one_of_the_last_snapshots_says_so(settings):
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": 2}
    (key,) = make_ids(1)
    album = make_album([key])
    album.photos = []
    save_at(album, NOW - 90 * DAY)
    sweep(now=NOW)
    assert told(key)[1].endswith("as one of its last 2 snapshots")


@pytest.mark.parametrize(
    "use, line",
    [
        (lambda image: Article.objects.create(lead=image), "named by lead of project.Article"),
        (
            lambda image: Card.objects.create(picture=image),
            "named by the recent history of project.Card",
        ),
        (lambda image: make_image(original=image), "made from it"),
        (
            lambda _: Image.objects.update(pinned_until=NOW + DAY, pin_reason="for the court"),
            "pinned until 2026-05-02: for the court",
        ),
    ],
    ids=["foreign key", "history", "derivative", "pin"],
)
def test_other_uses_are_named(use, line):
    image = make_image()
    use(image)
    state, text = told(image)
    assert state == "in use"
    assert line in text


def test_a_foreign_key_is_named_by_its_rows():
    image = make_image()
    articles = [Article.objects.create(lead=image) for _ in range(9)]
    lines = explain(image, now=NOW).lines
    assert lines == tuple(f"named by lead of project.Article {each.pk}" for each in articles[:5])


def test_sources_are_asked(settings):
    def newsletter(images):
        return {each.pk for each in images}

    settings.GALLERY_EVENTS = {"SOURCES": [newsletter]}
    state, text = told(make_image())
    assert state == "in use"
    assert "newsletter" in text


def test_a_source_that_fails_leaves_it_open(settings):
    settings.GALLERY_EVENTS = {"SOURCES": [lambda _: 1 / 0]}
    state, text = told(make_image(review_after=NOW))
    assert state == "waiting"
    assert "failed" in text


def test_waiting_it_says_until_when():
    assert told(make_image(review_after=NOW)) == (
        "waiting",
        "nothing names it; it is looked at on 2026-05-01",
    )


def test_in_the_trash_it_says_since_when_and_until_when(settings):
    image = make_trashed(since=NOW)
    assert told(image) == (
        "in the trash",
        "in the trash since 2026-05-01; earliest deletion 2026-05-08",
    )
    settings.GALLERY_EVENTS = {"TRASH_DAYS": None}
    assert told(image)[1] == "in the trash since 2026-05-01; the trash is never emptied"


def test_purged_it_says_when_and_why_and_what_became_of_its_files():
    image = make_trashed()
    sweep(now=NOW)
    state, text = told(image.pk)
    assert state == "purged"
    assert "purged on 2026-05-01 by run" in text
    assert "nothing named it during its time in the trash" in text
    assert "in the trash since 2026-04-24" in text
    assert "to be removed from 2026-05-02 on" in text
    sweep(now=NOW + 2 * DAY)
    assert "removed on 2026-05-03" in told(image.pk)[1]
    Tombstone.objects.update(done_at=None, attempts=10, last_error="no route")
    assert "could not be removed: no route" in told(image.pk)[1]


# By which word one may ask.


def test_an_image_is_found_by_itself_its_key_its_file_and_its_name():
    image = make_image()
    image.name = "harbour.jpg"
    image.save()
    for subject in (image, image.pk, str(image.pk), image.file.name, "harbour.jpg"):
        assert f"{image.pk} 'harbour.jpg': waiting" in str(explain(subject))


def test_so_is_a_purged_one():
    image = make_trashed()
    sweep(now=NOW)
    for subject in (image, image.pk, str(image.pk), image.file.name, "picture.png"):
        assert explain(subject).state == "purged"


def test_a_uuid_may_be_given_as_text():
    photo = make_image(Photo)
    Poster.objects.create(title="P", photos=[photo.pk])
    for subject in (photo, photo.pk, str(photo.pk)):
        assert explain(subject).state == "in use"


@pytest.mark.parametrize("subject", [4711, "nothing.jpg", "", None])
def test_what_nobody_knows_is_unknown(subject):
    image = make_image()
    Image.objects.filter(pk=image.pk).update(name="")
    assert explain(subject).state == "unknown"


def test_what_may_be_several_asks_which():
    first, second = make_due(), make_due()
    with pytest.raises(GalleryError, match=f"Image {first.pk}, gallery_events.Image {second.pk}"):
        explain("picture.png")
    assert explain(first.pk).state == "waiting"


def test_what_may_be_of_several_models_asks_which():
    make_image()
    photo = make_image(Photo)
    with pytest.raises(GalleryError, match="model="):
        explain("picture.png")
    assert str(photo.pk) in explain("picture.png", model=Photo).subject


def test_of_several_purged_ones_it_asks_too():
    make_trashed()
    make_trashed()
    sweep(now=NOW)
    with pytest.raises(GalleryError, match="may be"):
        explain("picture.png")


def test_a_never_looked_at_image_has_no_day(settings):
    settings.GALLERY_EVENTS = {"UPLOAD_GRACE_DAYS": None}
    assert told(make_image())[1] == "nothing names it; it is looked at on no day"
