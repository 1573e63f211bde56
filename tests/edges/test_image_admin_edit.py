"""Pictures turned and cut out by numbers, in the admin."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.test import Client

from gallery_events.access import OwnerAccess
from gallery_events.admin.faces import pixels
from gallery_events.flows import edit, upload
from gallery_events.models import Image
from tests.edges.staff import address, make_user, signed_in, words
from tests.factories import make_image
from tests.pictures import picture
from tests.project.models import Photo, Poster

pytestmark = pytest.mark.django_db

NUMBERS = {"rotate": "0", "across": "64", "down": "48"}


@pytest.fixture
def anna():
    return make_user("anna", "add_image", "view_image")


@pytest.fixture
def client(anna):
    return signed_in(anna)


@pytest.fixture
def image(anna):
    return upload.receive(picture("Sunset.png", size=(64, 48)), user=anna)


def send(client, image, **numbers):
    return client.post(address(image, "edit"), {**NUMBERS, **numbers}, follow=True)


def newest():
    return Image.objects.order_by("-pk").first()


# The page.


def test_the_image_leads_to_the_page_which_shows_it_and_how_large_it_is(client, image):
    assert f'href="{address(image, "edit")}"' in client.get(address(image)).text

    text = client.get(address(image, "edit")).text
    assert image.rendition_url("thumbnail") in text
    assert f"{pixels(64, 48)}, or {pixels(48, 64)} after a quarter turn" in text
    assert '<input type="hidden" name="across" value="64"' in text


def test_a_box_to_tick_stands_before_its_words_as_everywhere_in_the_admin(client, image):
    text = client.get(address(image, "edit")).text

    row = text.partition("checkbox-row")[2].partition("</div>")[0]
    assert row.index('name="flip"') < row.index('<label class="vCheckboxLabel" for="id_flip">')


def test_the_page_runs_no_script_and_no_style_of_its_own(client, image):
    content = client.get(address(image, "edit")).text.partition('id="content-main"')[2]

    assert "<script" not in content.partition("</form>")[0]
    assert "style=" not in content.partition("</form>")[0]


@pytest.mark.parametrize(
    "numbers,told",
    [
        ({"rotate": "90"}, {"rotate": 90}),
        ({"flip": "on"}, {"flip": True}),
        ({"left": "10"}, {"crop": [10, 0, 54, 48]}),
        ({"rotate": "270", "top": "4", "width": "20"}, {"rotate": 270, "crop": [0, 4, 20, 60]}),
        ({"left": "1", "top": "2", "width": "3", "height": "4"}, {"crop": [1, 2, 3, 4]}),
    ],
)
def test_a_new_image_is_made_and_shown(client, anna, image, numbers, told):
    answer = send(client, image, **numbers)
    made = newest()

    assert made.edit == told | {"size": [64, 48]}
    assert (made.original, made.uploaded_by) == (image, anna)
    assert answer.redirect_chain == [(address(made), 302)]
    assert "this is the new image" in words(answer)[0]
    assert address(image) in answer.text
    entry = LogEntry.objects.get()
    assert (entry.action_flag, entry.object_id) == (ADDITION, str(made.pk))


def test_the_page_of_an_edited_image_says_what_was_done(client, image):
    send(client, image, rotate="90", flip="on", left="1", top="2", width="3", height="4")

    text = client.get(address(newest())).text
    assert "turned: a quarter to the right; left and right exchanged; " in text
    assert f"{pixels(3, 4)} cut out at 1, 2" in text


def test_an_edit_that_somebody_else_wrote_down_breaks_no_page(client, image):
    Image.objects.filter(pk=image.pk).update(edit={"zoom": 2})

    assert "zoom" in client.get(address(image)).text


def test_an_edit_that_undoes_the_earlier_one_leads_to_the_original(client, image):
    send(client, image, rotate="90")
    made = newest()

    answer = send(client, made, rotate="270", across="48", down="64")
    assert answer.redirect_chain == [(address(image), 302)]
    assert words(answer) == ["This is “Sunset.png” as it was before all edits."]
    assert newest() == made


# What is refused.


@pytest.mark.parametrize(
    "numbers,sentence",
    [
        ({}, "This changes nothing"),
        ({"left": "10", "width": "55"}, "reaches out of the picture"),
        ({"rotate": "90", "width": "49"}, "reaches out of the picture, which is 48x64"),
        ({"left": "64"}, "leaves nothing"),
        ({"across": "48", "down": "64", "flip": "on"}, "Load it again"),
        ({"width": "0"}, "greater than or equal to 1"),
        ({"left": "-1"}, "greater than or equal to 0"),
        ({"left": "1.5"}, "Enter a whole number"),
        ({"rotate": "45"}, "45 is not one of the available choices"),
        ({"across": ""}, "Please correct the error"),
    ],
    ids=str,
)
def test_an_edit_that_cannot_be_made_is_told_why_with_the_numbers_kept(
    client, image, numbers, sentence
):
    answer = client.post(address(image, "edit"), {**NUMBERS, "top": "3", "height": "45", **numbers}
                         if numbers else NUMBERS)  # fmt: skip

    assert answer.status_code == 200
    assert sentence in answer.text
    if numbers:
        assert 'value="45"' in answer.text
    assert Image.objects.count() == 1


def test_the_quota_is_told_too(client, image, settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (1, 10**9)}

    assert "at most 1" in send(client, image, rotate="90").text
    assert Image.objects.count() == 1


def test_an_image_that_is_not_there_is_told_as_django_tells_it(client, image):
    answer = client.get(f"/admin/gallery_events/image/{image.pk + 9}/edit/", follow=True)

    assert "exist" in words(answer)[0]


def test_an_image_that_nobody_measured_has_no_button(client):
    image = make_image()

    assert address(image, "edit") not in client.get(address(image)).text


# Who.


@pytest.mark.parametrize("rights", [(), ("view_image",), ("add_image",), ("change_image",)])
def test_it_needs_both_permissions(image, rights):
    bob = signed_in(make_user("bob", *rights))

    assert bob.get(address(image, "edit")).status_code == 403
    assert bob.post(address(image, "edit"), {**NUMBERS, "rotate": "90"}).status_code == 403
    assert Image.objects.count() == 1


def test_the_policy_is_asked_besides(image):
    bob = signed_in(make_user("bob", "add_image", "view_image"))

    # To see all images is not to edit them.
    assert bob.get(address(image)).status_code == 200
    assert address(image, "edit") not in bob.get(address(image)).text
    assert bob.post(address(image, "edit"), {**NUMBERS, "rotate": "90"}).status_code == 403


class NoUploads(OwnerAccess):
    def may_upload(self, user, field):
        return False


def test_whoever_may_upload_nothing_edits_nothing(client, image, settings):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.NoUploads"}

    assert client.get(address(image, "edit")).status_code == 403


def test_a_stranger_is_asked_to_log_in(image):
    answer = Client().get(address(image, "edit"))

    assert (answer.status_code, "login" in answer.url) == (302, True)


def test_an_image_model_of_ones_own_has_the_page_too():
    root = signed_in(make_user("root", is_superuser=True))
    photo = upload.receive(picture("a.png", size=(64, 48)), field=Poster._meta.get_field("photos"))

    send(root, photo, rotate="90")
    made = Photo.objects.exclude(pk=photo.pk).get()
    assert edit.original_of(made) == photo
