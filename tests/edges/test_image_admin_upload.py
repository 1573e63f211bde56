import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.formats import date_format

from gallery_events import galleries
from gallery_events.access import OwnerAccess
from gallery_events.fields import gallery_fields
from gallery_events.fields.acceptance import acceptance
from gallery_events.models import Image
from tests.edges.staff import address, make_user, signed_in, words
from tests.factories import make_image
from tests.pictures import picture as make_picture
from tests.project.models import Photo

pytestmark = pytest.mark.django_db

ADD = address(Image, "add")


@pytest.fixture
def anna():
    return make_user("anna", "add_image", "view_image")


@pytest.fixture
def client(anna):
    return signed_in(anna)


def send(client, *files, url=ADD, **fields):
    return client.post(url, {"pictures": list(files), **fields}, follow=True)


def text_file(name="notes.txt"):
    return SimpleUploadedFile(name, b"no picture at all")


def test_the_page_asks_for_files_and_for_no_column(client):
    text = client.get(ADD).text

    assert 'type="file"' in text
    assert " multiple" in text
    assert 'enctype="multipart/form-data"' in text
    for name in ("alt", "sha256", "uploaded_by", "name"):
        assert f'name="{name}"' not in text
    assert "At most 100 files at once." in text
    assert "JPEG" in text


def test_the_list_leads_to_the_upload(client):
    assert f'href="{ADD}"' in client.get(address(Image, "changelist")).text
    assert "Upload images" in client.get(address(Image, "changelist")).text


def test_several_files_become_images_of_whoever_sent_them(client, anna):
    answer = send(client, make_picture("a.jpg"), make_picture("b.png"))

    images = list(Image.objects.order_by("pk"))
    assert [image.name for image in images] == ["a.jpg", "b.png"]
    assert {image.uploaded_by for image in images} == {anna}
    assert words(answer) == ["2 images were uploaded."]
    for image in images:
        assert address(image) in answer.text
        assert image.rendition_url("thumbnail") in answer.text
        assert image.references.count() == 0


def test_what_was_taken_is_told_until_when_it_waits(client):
    answer = send(client, make_picture("a.jpg"))

    (image,) = Image.objects.all()
    end = date_format(timezone.localtime(image.review_after), "DATE_FORMAT")
    assert f"Put them into one by {end}" in answer.text


def test_where_uploads_wait_for_ever_no_day_is_told(client, settings):
    settings.GALLERY_EVENTS = {"UPLOAD_GRACE_DAYS": None}

    assert "They are in no gallery yet: put them into one." in (
        send(client, make_picture("a.jpg")).text
    )


def test_loading_the_page_again_uploads_nothing_twice(client):
    answer = client.post(ADD, {"pictures": [make_picture("a.jpg")]})

    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    assert client.get(answer.url).status_code == 200
    assert Image.objects.count() == 1


def test_the_address_shows_ones_own_uploads_only(client, anna):
    mine, theirs = make_image(uploaded_by=anna), make_image(uploaded_by=make_user("bert"))

    answer = client.get(ADD, {"taken": [mine.pk, theirs.pk, "nonsense", "\0"]})

    assert [card.url for card in answer.context["taken"]] == [address(mine)]


def test_each_refused_file_is_named_with_the_reason_and_what_would_be_taken(client, settings):
    settings.GALLERY_EVENTS = {"MAX_BYTES": 5_000}
    large = SimpleUploadedFile("large.jpg", make_picture("x.jpg").read() + bytes(6_000))

    answer = send(client, text_file("<b>notes.txt"), make_picture("a.jpg"), large)

    errors = answer.context["form"].errors["pictures"]
    assert len(errors) == 2
    assert "“<b>notes.txt” was not taken" in errors[0].replace("“b>", "“<b>")
    assert "“large.jpg” was not taken: it is too large" in errors[1]
    for error in errors:
        assert "JPEG" in error
    assert "<b>notes" not in answer.text
    assert [image.name for image in Image.objects.all()] == ["a.jpg"]
    assert [card.name for card in answer.context["taken"]] == ["a.jpg"]


def test_an_empty_file_is_refused_by_its_name(client):
    answer = send(client, SimpleUploadedFile("empty.jpg", b""))

    assert "“empty.jpg” was not taken: it is empty" in answer.context["form"].errors["pictures"][0]


def test_no_file_at_all_is_said(client):
    answer = client.post(ADD, {})

    assert answer.context["form"].errors == {"pictures": ["Choose at least one file."]}
    assert answer.text.count("Choose at least one file.") == 1
    assert "see below" not in answer.text


def test_whether_some_or_none_of_the_files_were_taken_is_said(client):
    assert "Nothing was taken: see below." in send(client, text_file()).text
    some = send(client, make_picture("a.jpg"), text_file()).text
    assert "Not everything was taken: see below." in some


def test_the_quota_is_kept(client, anna, settings):
    settings.GALLERY_EVENTS = {"MAX_UNCLAIMED": (1, 10_000_000)}

    answer = send(client, make_picture("a.jpg"), make_picture("b.jpg"))

    assert Image.objects.count() == 1
    assert "“b.jpg” was not taken" in answer.context["form"].errors["pictures"][0]


class NoUploads(OwnerAccess):
    """Lets nobody upload."""

    def may_upload(self, user, field):
        return False


def test_the_policy_is_asked_too(client, settings):
    settings.GALLERY_EVENTS = {"ACCESS": NoUploads}

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"pictures": [make_picture("a.jpg")]}).status_code == 403
    assert ADD not in client.get(address(Image, "changelist")).text
    assert Image.objects.count() == 0


def test_an_image_model_of_ones_own_is_uploaded_for_its_gallery():
    client = signed_in(make_user("root", is_superuser=True))

    send(client, make_picture("a.jpg"), url=address(Photo, "add"))

    assert [photo.name for photo in Photo.objects.all()] == ["a.jpg"]
    assert Image.objects.count() == 0


def test_the_limits_of_the_gallery_that_uploads_follow_are_said_and_kept(monkeypatch):
    field = next(
        field
        for owner in galleries.owner_models()
        for field in gallery_fields(owner)
        if field.image_model is Photo
    )
    monkeypatch.setattr(field, "acceptance", acceptance(["PNG"], min_size=(60, 40)))
    client = signed_in(make_user("otto", "add_photo", "view_photo"))
    page = client.get(address(Photo, "add")).text

    assert 'accept="image/png"' in page
    assert "At least 60" in page
    page = send(client, make_picture("a.png", size=(59, 40)), url=address(Photo, "add")).text
    assert "“a.png” was not taken: it is too small." in page
    assert not Photo.objects.exists()


def test_a_popup_closes_with_the_image_it_was_opened_for():
    client = signed_in(make_user("root", is_superuser=True))

    answer = send(client, make_picture("a.jpg"), _popup="1", _to_field="id")

    assert "popup_response" in answer.text
    (image,) = Image.objects.all()
    assert f"&quot;value&quot;: &quot;{image.pk}&quot;" in answer.text
    assert 'name="_popup"' in client.get(ADD, {"_popup": "1"}).text


def test_files_without_a_token_are_refused(anna):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)

    assert client.post(ADD, {"pictures": [make_picture("a.jpg")]}).status_code == 403
    assert Image.objects.count() == 0
