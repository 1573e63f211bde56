"""By which word one may ask for an image."""

import pytest

from gallery_events.exceptions import GalleryError
from gallery_events.flows import upload
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, Tombstone
from tests import NOW
from tests.factories import make_album, make_image
from tests.pictures import picture
from tests.project.models import Photo, Picture, Poster
from tests.sweeping import TRASH, make_due, make_trashed

pytestmark = pytest.mark.django_db


@pytest.fixture
def image():
    """Return an image as an upload leaves it, with a thumbnail."""
    return upload.receive(picture("harbour.jpg", size=(900, 600)), now=NOW)


def words(image):
    """Return every word by which one may mean an image."""
    (thumbnail,) = image.renditions.values()
    for name in (image.file.name, thumbnail["name"]):
        yield name
        yield name.partition("/")[2]
        yield f"/media/{name}"
        yield f"https://cdn.example.org/some/where/{name}?width=200#top"
    yield from (image.pk, str(image.pk), "harbour.jpg")


def test_an_image_is_found_by_its_key_its_names_and_its_addresses(image):
    upload.receive(picture("other.jpg", size=(900, 600)), now=NOW)
    make_image()
    for subject in (image, *words(image)):
        assert explain(subject).key == image.pk, subject


def test_so_is_a_purged_one(image):
    Image.objects.update(trashed_at=NOW - TRASH, review_after=NOW)
    asked = list(words(image))
    sweep(now=NOW)
    for subject in (image, Tombstone.objects.get(), *asked):
        found = explain(subject)
        assert (found.state, found.key) == ("purged", str(image.pk)), subject


def test_the_name_of_a_file_alone_is_enough_where_no_other_has_it(image):
    base = image.file.name.rpartition("/")[2]
    thumbnail = next(iter(image.renditions.values()))["name"].rpartition("/")[2]
    assert explain(base).key == explain(thumbnail).key == image.pk
    upload.receive(picture("other.jpg", size=(900, 600)), now=NOW)
    for name in (base, thumbnail):
        with pytest.raises(GalleryError, match="may be"):
            explain(name)


def test_a_proxy_is_its_image(image):
    assert explain(Picture.objects.get()).key == image.pk
    assert explain(image.pk, model=Picture).key == image.pk


def test_a_uuid_may_be_given_as_text():
    photo = make_image(Photo)
    Poster.objects.create(title="P", photos=[photo.pk])
    for subject in (photo, photo.pk, str(photo.pk)):
        assert explain(subject).state == "in use"


@pytest.mark.parametrize(
    "subject",
    [
        *[4711, "nothing.jpg", "", None, "a\x00b", "https://[broken", "/", "%", 'a".b', "9" * 30],
        *["https://example.org/images/999/picture.png", "1/2", "[]", "_.png", "%.png", "ö.ü"],
    ],
)
def test_what_nobody_knows_is_unknown(subject):
    image = make_image()
    Image.objects.filter(pk=image.pk).update(name="")
    assert explain(subject).state == "unknown"


def test_what_may_be_several_asks_which():
    first, second = make_due(), make_due()
    with pytest.raises(GalleryError, match=f"Image {first.pk}, gallery_events.Image {second.pk}:"):
        explain("picture.png")
    assert explain(first.pk).state == "waiting"


def test_of_very_many_it_names_some():
    for _ in range(12):
        make_image()
    with pytest.raises(GalleryError) as refused:
        explain("picture.png")
    assert str(refused.value).count("gallery_events.Image") == 8
    assert " and others: give the key" in str(refused.value)


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
    with pytest.raises(GalleryError, match=r"\(purged\)"):
        explain("picture.png")


def test_a_key_goes_before_a_name():
    image, other = make_image(), make_image()
    Image.objects.filter(pk=other.pk).update(name=str(image.pk))
    assert explain(str(image.pk)).key == image.pk


def test_the_living_go_before_the_dead():
    make_trashed()
    sweep(now=NOW)
    image = make_image()
    make_album([image.pk])
    assert explain("picture.png").key == image.pk
