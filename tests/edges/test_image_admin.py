from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery_events.flows import trash, upload
from gallery_events.models import Image
from tests import NOW
from tests.edges.staff import address, make_user, named_image, signed_in
from tests.factories import make_album, make_image
from tests.project.models import Album, Article, Photo, Poster

pytestmark = pytest.mark.django_db

LIST = address(Image, "changelist")
XSS = "<script>alert(1)</script>"


@pytest.fixture
def root():
    return signed_in(make_user("root", is_superuser=True))


def shown(client, model=Image, **parameters):
    """Return the keys of the images on a page of the list."""
    answer = client.get(address(model, "changelist"), parameters)
    assert answer.status_code == 200
    return [image.pk for image in answer.context["cl"].result_list]


def states(client):
    """Return what the list says of each image, by name."""
    answer = client.get(LIST)
    admin = answer.context["cl"].model_admin
    return {image.pk: admin.state(image) for image in answer.context["cl"].result_list}


# The list.


def test_each_image_has_its_thumbnail_its_size_and_who_uploaded_it(root, picture):
    anna = make_user("anna")
    image = upload.receive(picture("sunset.jpg", size=(64, 48)), user=anna)

    text = root.get(LIST).text

    assert f'src="{image.rendition_url("thumbnail")}"' in text
    for words in ("sunset.jpg", "64 \N{MULTIPLICATION SIGN} 48", f"?by={anna.pk}", address(image)):
        assert words in text


def test_the_list_says_where_each_image_stands(root):
    now = timezone.now()
    current, recent, named, waiting, trashed, pinned = (make_image() for _ in range(6))
    album = make_album([current.pk, recent.pk])
    album.photos = [current.pk]
    album.save()
    Article.objects.create(lead=named)
    trash.trash(trashed)
    trash.pin(pinned, until=now + timedelta(days=3), reason="for the calendar")

    found = states(root)

    assert "in 1 gallery" in found[current.pk]
    assert "kept by history" in found[recent.pk]
    assert "named by lead of project.Article" in found[named.pk]
    assert "waiting</span>" in found[waiting.pk]
    assert "until " in found[waiting.pk]
    assert "in the trash</span>" in found[trashed.pk]
    assert "at the earliest" in found[trashed.pk]
    assert "pinned until " in found[pinned.pk]


def test_a_trash_that_is_never_emptied_is_said_to_be_so(root, settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": None}
    image = make_image()
    trash.trash(image)

    assert "the trash is never emptied" in states(root)[image.pk]


def test_a_source_that_fails_leaves_the_list_standing(root, settings):
    def broken(images):
        raise RuntimeError("down")

    settings.GALLERY_EVENTS = {"SOURCES": [broken]}
    image = make_image()

    assert "nobody knows whether it is used" in states(root)[image.pk]


def test_the_list_is_narrowed_by_state(root):
    current, recent, none, trashed, pinned = (make_image() for _ in range(5))
    album = make_album([current.pk, recent.pk])
    album.photos = [current.pk]
    album.save()
    trash.trash(trashed)
    trash.pin(pinned, until=timezone.now() + timedelta(days=3), reason="x")

    assert shown(root, state="current") == [current.pk]
    assert shown(root, state="recent") == [recent.pk]
    assert shown(root, state="none") == [pinned.pk, none.pk]
    assert shown(root, state="trash") == [trashed.pk]
    assert shown(root, state="pinned") == [pinned.pk]
    assert len(shown(root, state="nonsense")) == 5


def test_the_list_is_narrowed_by_uploader_and_kind_of_file(root, picture):
    anna = make_user("anna")
    hers = upload.receive(picture("a.png"), user=anna)
    nobodys = upload.receive(picture("b.jpg"))

    assert shown(root, by=str(anna.pk)) == [hers.pk]
    assert shown(root, by="nobody") == [nobodys.pk]
    assert shown(root, by="nonsense") == []
    assert shown(root, kind="png") == [hers.pk]
    assert shown(root, kind="nonsense") == [nobodys.pk, hers.pk]
    assert "anna" in root.get(LIST).text


@pytest.mark.parametrize("model", [Image, Photo])
def test_images_are_found_by_name_words_hash_and_key(root, model):
    one = make_image(model, alt="A red boat", sha256="ab" * 32, upload_sha256="cd" * 32)
    make_image(model)

    for term in ("red boat", "ab" * 32, "cd" * 32):
        assert shown(root, model, q=term) == [one.pk]
    assert one.pk in shown(root, model, q=str(one.pk))
    assert shown(root, model, q="ab" * 31) == []
    assert shown(root, model, q="99999999999999999999999") == []


@pytest.mark.parametrize("model", [Image, Photo])
def test_a_long_list_costs_the_queries_of_a_short_one(root, model, settings):
    def make(number):
        for turn in range(number):
            image = make_image(model, uploaded_by=make_user(f"{turn} {number}"))
            if turn % 5 == 0:
                trash.trash(image)
            elif turn % 5 == 1 and model is Image:
                make_album([image.pk])
                Article.objects.create(lead=image)
            elif turn % 5 == 1:
                Poster.objects.create(photos=[image.pk])

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert root.get(address(model, "changelist")).status_code == 200
        return len(asked)

    make(10)
    root.get(address(model, "changelist"))  # what Django reads once
    few = queries()
    make(90)
    assert queries() == few


def test_the_newest_images_come_first(root):
    images = [make_image() for _ in range(3)]
    photos = [make_image(Photo, uploaded_at=NOW + timedelta(days=turn)) for turn in range(3)]

    assert shown(root) == [image.pk for image in reversed(images)]
    assert shown(root, Photo) == [photo.pk for photo in reversed(photos)]


# One image.


def test_the_page_of_an_image_shows_it_and_what_is_known_of_its_file(root, picture):
    image = upload.receive(picture("sunset.jpg"), user=make_user("anna"))

    text = root.get(address(image)).text

    for words in (image.rendition_url("thumbnail"), image.file.url, image.sha256, "anna"):
        assert words in text
    assert "gallery-large" in text
    assert "<dt>Thumbnail</dt>" in text


def test_the_page_names_where_an_image_is_used_now_and_before_with_the_ways_there(root):
    image = make_image()
    now, before = make_album([image.pk]), make_album([image.pk])
    before.photos = []
    before.save()
    article = Article.objects.create(lead=image)
    article.figures.add(image)

    answer = root.get(address(image))

    told = answer.context["told"]
    assert [place.url for place in told.now][:1] == [address(now)]
    assert [place.history_url for place in told.now][:1] == [address(now, "history")]
    assert {place.url for place in told.now} == {address(now), address(article)}
    assert any("figures" in place.text for place in told.now)
    assert [place.url for place in told.before] == [address(before)]
    for place in (now, before, article):
        assert address(place) in answer.text
    assert f"in Album {now.pk} &#x27;Summer&#x27; now" in answer.text


def test_a_deleted_owner_is_named_without_a_way_to_it(root):
    image = make_image()
    album = make_album([image.pk])
    gone = address(album)
    album.delete()

    answer = root.get(address(image))

    assert "(deleted)" in answer.text
    assert f'href="{gone}"' not in answer.text


def test_the_history_of_other_models_names_the_way_to_it(root):
    from tests.project.models import Card

    image = make_image()
    card = Card.objects.create(picture=image)
    card.picture = None
    card.save()

    assert f'href="{address(card, "history")}"' in root.get(address(image)).text


def test_many_places_are_told_in_a_bounded_list(root):
    image = make_image()
    for _ in range(25):
        make_album([image.pk])

    told = root.get(address(image)).context["told"]

    assert len(told.now) == 20
    assert told.more_now


def test_versions_lead_to_each_other(root):
    first = named_image("first.png")
    second = named_image("second.png", original=first)

    assert address(second) in root.get(address(first)).text
    assert address(first) in root.get(address(second)).text


def test_alt_text_and_caption_are_changed_and_nothing_else(root):
    image = make_image()
    trash.pin(image, until=timezone.now() + timedelta(days=3), reason="for the calendar")
    fields = {"alt": "A boat", "caption": "In May", "pin_reason": "x", "trashed_at": "2020-01-01"}
    fields["decorative"] = "on"

    answer = root.post(address(image), fields)

    assert answer.status_code == 302
    image.refresh_from_db()
    assert (image.alt, image.caption, image.decorative) == ("A boat", "In May", True)
    assert image.pin_reason == "for the calendar"
    assert image.trashed_at is None


def test_a_pin_set_while_the_form_was_open_stays(root, rf):
    from django.contrib import admin

    image = make_image()
    model_admin = admin.site._registry[Image]
    loaded = Image.objects.get(pk=image.pk)
    trash.pin(image, until=timezone.now() + timedelta(days=3), reason="for the calendar")
    loaded.alt = "A boat"

    request = rf.post("/")
    request.user = make_user("anna", is_superuser=True)

    model_admin.save_model(request, loaded, None, True)

    image.refresh_from_db()
    assert (image.alt, image.pin_reason) == ("A boat", "for the calendar")


def test_an_image_model_of_ones_own_has_its_own_columns(root):
    photo = make_image(Photo)
    poster = Poster.objects.create(photos=[photo.pk])

    answer = root.get(address(photo))

    assert 'name="licence"' in answer.text
    assert address(poster) in answer.text
    assert root.post(address(photo), {"alt": "x", "licence": "CC0"}).status_code == 302
    assert Photo.objects.get(pk=photo.pk).licence == "CC0"


def test_a_broken_storage_costs_the_picture_only(root):
    image = named_image("sunset.png")
    Image._base_manager.filter(pk=image.pk).update(storage="gone")

    assert "sunset.png" in root.get(LIST).text
    assert "nobody knows whether its file" in root.get(address(image)).text


def test_names_and_words_are_shown_as_text(root):
    image = named_image(XSS, alt=XSS, caption=XSS, uploaded_by=make_user(XSS))
    Album.objects.create(title=XSS, photos=[image.pk])
    trash.pin(image, until=timezone.now() + timedelta(days=3), reason=XSS)

    for page in (LIST, address(image), address(image, "delete"), address(image, "pin")):
        text = root.get(page).text
        assert XSS not in text, page
        assert "&lt;script&gt;" in text, page


def test_no_page_has_a_style_or_a_script_of_its_own(root):
    image = make_image()
    trashed = make_image()
    trash.trash(trashed)
    pages = [LIST, address(Image, "add")]
    pages += [address(image, page) for page in ("change", "delete", "pin", "history")]
    pages += [address(trashed), address(trashed, "delete")]

    for page in pages:
        text = root.get(page).text
        assert " style=" not in text, page
        assert "<style" not in text, page
        assert " onclick=" not in text, page
        assert "<script>" not in text, page
