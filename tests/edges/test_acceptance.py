"""What a gallery accepts: in its uploads, in forms, and of images that are there already."""

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.http import QueryDict

from gallery_events.exceptions import UploadRefused
from gallery_events.fields import GalleryField
from gallery_events.fields.acceptance import Acceptance, acceptance
from gallery_events.fields.addresses import upload_url
from gallery_events.flows import trash, upload
from gallery_events.forms import GalleryFormField
from gallery_events.models import Image
from tests.edges.sheets import AlbumForm, opened
from tests.factories import again, make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Album

pytestmark = pytest.mark.django_db

FIELD = Album._meta.get_field("photos")
LIMITS = {
    "formats": (["PNG"], picture("a.png"), picture("a.jpg"), "format"),
    "max_bytes": (2000, picture("a.png"), picture("a.bmp", size=(200, 200)), "bytes"),
    "max_pixels": (3072, picture("a.png", size=(64, 48)), picture("a.png", size=(64, 49)), "pixels"),
    "min_size": ((64, 48), picture("a.png", size=(64, 48)), picture("a.png", size=(64, 47)), "too_small"),
    "aspect": ((4, 3), picture("a.png", size=(64, 48)), picture("a.png", size=(64, 40)), "aspect"),
}  # fmt: skip


@pytest.fixture
def narrow(monkeypatch):
    """Let the gallery of albums accept less."""

    def set_(**limits):
        monkeypatch.setattr(FIELD, "acceptance", acceptance(**limits))

    return set_


@pytest.fixture
def ann():
    return get_user_model().objects.create_user("ann")


@pytest.fixture
def anns(client, ann):
    client.force_login(ann)
    return client


# Uploads.


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_of_the_field_holds_for_uploads_by_a_program(narrow, name):
    limit, good, bad, code = LIMITS[name]
    narrow(**{name: limit})

    assert upload.receive(good, field=FIELD).pk
    with pytest.raises(UploadRefused) as caught:
        upload.receive(bad, field=FIELD)
    assert caught.value.code == code
    assert upload.receive(bad).pk, "a limit of one gallery is none of others"


@pytest.mark.parametrize("name", LIMITS)
def test_the_upload_view_knows_the_field_by_its_signed_address(narrow, anns, name):
    limit, good, bad, code = LIMITS[name]
    narrow(**{name: limit})
    address = upload_url(FIELD)
    good.seek(0)
    bad.seek(0)

    assert anns.post(address, {"file": good}).status_code == 201
    refused = anns.post(address, {"file": bad})
    assert (refused.status_code, refused.json()["code"]) == (400, code)


@pytest.mark.parametrize("way", [1, 6])
def test_the_shape_is_that_of_the_upright_picture(narrow, way):
    from PIL import Image as Pillow

    exif = Pillow.Exif()
    exif[0x0112] = way
    narrow(aspect=(48, 64), min_size=(48, 64))
    file = picture("a.jpg", size=(64, 48), exif=exif)
    if way == 6:
        assert upload.receive(file, field=FIELD).width == 48
    else:
        with pytest.raises(UploadRefused, match="too small"):
            upload.receive(file, field=FIELD)


@pytest.mark.parametrize(
    "limits,configured,code",
    [
        ({"formats": ["PNG", "GIF"]}, {"FORMATS": ["GIF"]}, "format"),
        ({"max_bytes": 10**9}, {"MAX_BYTES": 100}, "bytes"),
        ({"max_pixels": 10**9}, {"MAX_PIXELS": 100}, "pixels"),
    ],
)
def test_a_field_never_widens_what_the_settings_accept(narrow, settings, limits, configured, code):
    narrow(**limits)
    settings.GALLERY_EVENTS = configured
    with pytest.raises(UploadRefused) as caught:
        upload.receive(picture("a.png"), field=FIELD)
    assert caught.value.code == code


# Forms.


@pytest.mark.parametrize(
    "name,said",
    [
        ("formats", "Taken are PNG up to"),
        (
            "max_bytes",
            "it is too large. Taken are JPEG, PNG, GIF, WEBP, AVIF, BMP, TIFF or HEIC up to 2.0",
        ),
        ("max_pixels", "it has too many pixels. Taken are"),
        ("min_size", "it is too small. "),
        ("aspect", "it has another shape. "),
    ],
)
def test_a_form_says_what_its_gallery_accepts(narrow, name, said):
    limit, _, bad, code = LIMITS[name]
    narrow(**{name: limit})
    form = opened().type("title", "x").choose("photos-upload", bad).sent_to(AlbumForm)

    [error] = form.errors.as_data()["photos"]
    assert error.code == code
    assert said in str(error.messages[0])
    assert str(error.messages[0]).startswith("“a.")


@pytest.mark.parametrize(
    "aspect,said", [((4, 3), "must be 4:3."), (((1, 1), (4, 3)), "from 1:1 to 4:3.")]
)
def test_the_widget_says_what_is_accepted(narrow, aspect, said):
    narrow(formats=["PNG", "AVIF"], max_bytes=2048, min_size=(800, 600), aspect=aspect)
    sheet = opened()

    assert 'accept="image/png,image/avif"' in sheet.html
    assert "PNG, AVIF; at most 2.0" in sheet.said.replace("\xa0", " ")
    assert "At least 800 \N{MULTIPLICATION SIGN} 600 pixels." in sheet.said
    assert said.removeprefix("must be ").rstrip(".") in sheet.said


def sent(album, *keys):
    """Return the form of an album into which images were put that are there already."""
    data = QueryDict(mutable=True)
    data.update({"title": "x", "photos-base": str(album.gallery_version)})
    for key in [*album.photos, *keys]:
        data[f"photos-order-{key}"] = "1"
    return AlbumForm(data, instance=again(album))


SMALL = {"width": 60, "height": 40, "size": 100, "content_type": "image/png"}


@pytest.mark.parametrize(
    "limits,code",
    [
        ({"min_size": (61, 40)}, "too_small"),
        ({"min_size": (60, 41)}, "too_small"),
        ({"aspect": (4, 3)}, "aspect"),
        ({"formats": ["JPEG"]}, "format"),
        ({"max_bytes": 99}, "bytes"),
        ({"max_pixels": 2399}, "pixels"),
    ],
)
def test_an_image_that_is_there_is_not_put_into_a_gallery_that_does_not_accept_it(
    narrow, limits, code
):
    [there] = make_ids(1, **SMALL)
    album = make_album([there])
    [added] = make_ids(1, **SMALL)
    narrow(**limits)
    form = sent(album, added)

    [error] = form.errors.as_data()["photos"]
    assert error.code == code
    assert "“picture.png” was not added: " in str(error.messages[0])
    assert form["photos"].data.cleaned == [there], "the rest is kept"


def test_what_is_in_the_gallery_already_stays(narrow):
    album = make_album(make_ids(2, **SMALL))
    narrow(min_size=(1000, 1000), formats=["JPEG"])

    form = sent(album)
    assert form.is_valid(), form.errors


def test_an_image_that_fits_to_the_last_pixel_is_put_in(narrow):
    album = make_album()
    narrow(min_size=(60, 40), aspect=(3, 2), formats=["PNG"], max_bytes=100, max_pixels=2400)

    form = sent(album, *make_ids(1, **SMALL))
    assert form.is_valid(), form.errors


def test_what_the_upload_has_encoded_anew_is_not_measured_by_its_bytes(narrow):
    narrow(max_bytes=1)
    form = sent(make_album(), *make_ids(1, **SMALL, treatment="encoded"))
    assert form.is_valid(), form.errors


def test_a_heic_that_became_an_avif_is_one_still(narrow):
    narrow(formats=["HEIC"])
    became = {**SMALL, "content_type": "image/avif"}
    assert sent(make_album(), *make_ids(1, **became, treatment="encoded")).is_valid()
    form = sent(make_album(), *make_ids(1, **became))
    assert [each.code for each in form.errors.as_data()["photos"]] == ["format"]


@pytest.mark.parametrize("content_type", ["image/svg+xml", "image/gif"])
def test_what_was_encoded_anew_has_a_format_all_the_same(narrow, content_type):
    narrow(formats=["JPEG", "PNG"])
    made = {**SMALL, "content_type": content_type, "treatment": "encoded"}

    form = sent(make_album(), *make_ids(1, **made))

    assert [each.code for each in form.errors.as_data()["photos"]] == ["format"]


def test_an_edited_image_is_of_its_originals_format_too(narrow):
    narrow(formats=["TIFF"])
    scan, photograph = make_image(content_type="image/tiff"), make_image(content_type="image/gif")
    edited = {**SMALL, "treatment": "encoded"}
    assert sent(make_album(), make_image(**edited, original=scan).pk).is_valid()
    form = sent(make_album(), make_image(**edited, original=photograph).pk)
    assert [each.code for each in form.errors.as_data()["photos"]] == ["format"]


def test_a_program_that_sets_the_list_is_not_asked(narrow):
    narrow(min_size=(1000, 1000))
    album = make_album(make_ids(1, **SMALL))
    assert len(again(album).photos) == 1


# A form without a model.


def plain(**options):
    field = GalleryFormField(required=False, **options)
    return type("Plain", (forms.Form,), {"name": forms.CharField(), "motif": field})


def test_a_form_without_a_model_has_limits_of_its_own():
    form_class = plain(min_size=(100, 100), formats=["PNG"])
    sheet = opened(form_class)
    assert 'accept="image/png"' in sheet.html
    sheet.type("name", "x").choose("motif-upload", picture("a.png", size=(100, 99)))
    form = sheet.sent_to(form_class)
    assert [each.code for each in form.errors.as_data()["motif"]] == ["too_small"]


def test_a_form_narrows_what_its_gallery_accepts(narrow):
    narrow(formats=["PNG", "GIF"], max_bytes=5000, min_size=(50, 10), aspect=((1, 1), (2, 1)))
    field = GalleryFormField(
        gallery=FIELD,
        formats=["GIF", "JPEG"],
        max_bytes=9000,
        min_size=(10, 40),
        aspect=((1, 2), (4, 3)),
    )
    assert field.gallery.acceptance == Acceptance(("GIF",), 5000, None, (50, 40), ((1, 1), (4, 3)))
    assert FIELD.acceptance.formats == ("PNG", "GIF")


def test_a_form_of_an_owner_may_narrow_its_gallery(narrow):
    class Form(AlbumForm):
        photos = GalleryFormField(required=False, min_size=(100, 100))

    narrow(formats=["PNG"])
    sheet = (
        opened(Form).type("title", "x").choose("photos-upload", picture("a.png", size=(99, 100)))
    )
    assert 'accept="image/png"' in sheet.html
    assert [each.code for each in sheet.sent_to(Form).errors.as_data()["photos"]] == ["too_small"]


WRONG = [
    {"formats": []},
    {"formats": "PNG"},
    {"formats": ["XCF"]},
    {"formats": 5},
    {"max_bytes": 0},
    {"max_bytes": "5 MB"},
    {"max_pixels": -1},
    {"max_pixels": True},
    {"min_size": 100},
    {"min_size": (0, 100)},
    {"aspect": 1.5},
    {"aspect": ((16, 9), (3, 4))},
]


@pytest.mark.parametrize("limits", WRONG)
def test_a_limit_that_cannot_be_meant_is_told_with_its_cure(limits):
    [name] = limits
    with pytest.raises(TypeError, match=f"{name} is .* Give "):
        GalleryFormField(**limits)
    [(problem, hint)] = GalleryField(**limits).acceptance.problems()
    assert problem.startswith(name)
    assert hint.startswith("Give")


# The same bytes twice.


def test_the_view_tells_of_the_same_bytes_that_its_user_has_sent_before(anns, ann):
    first, _other = (upload.receive(picture(), user=ann) for _ in range(2))
    with first.file.open() as file:
        content = file.read()
    told = anns.post("/gallery/upload/", {"file": renamed(content)}).json()

    assert [each["id"] for each in told["already"]] == [first.pk]
    assert told["already"][0]["name"] == first.name
    assert told["already"][0]["thumbnail"] == first.rendition_url("thumbnail")


def renamed(content, name="again.jpg"):
    from django.core.files.base import ContentFile

    return ContentFile(content, name)


@pytest.mark.parametrize("why", ["another's", "trashed", "nobody's"])
def test_nothing_is_told_of_others_and_of_what_is_in_the_trash(anns, ann, why):
    content = picture().read()
    owner = {"another's": get_user_model().objects.create_user("ben"), "nobody's": None}.get(
        why, ann
    )
    first = upload.receive(renamed(content), user=owner)
    if why == "trashed":
        trash.trash(first, reason="blurred")
    assert anns.post("/gallery/upload/", {"file": renamed(content)}).json()["already"] == []


def test_twins_are_the_same_bytes_of_one_user_the_newest_first(ann):
    content = picture().read()
    images = [upload.receive(renamed(content, f"{n}.jpg"), user=ann) for n in range(13)]
    assert upload.twins(images[0]) == images[:2:-1]
    assert upload.twins(upload.receive(renamed(content))) == []


def test_a_form_tells_beside_the_new_one(ann):
    content = picture().read()
    first = upload.receive(renamed(content, "first.jpg"), user=ann)

    class Form(AlbumForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["photos"].user = ann

    form = opened(Form).type("title", "x").choose("photos-upload", renamed(content)).sent_to(Form)
    assert form.is_valid()
    assert form.cleaned_data["photos"] == [Image.objects.exclude(pk=first.pk).get().pk]
    assert [each for each in form.cleaned_data["photos"].notices if "first.jpg" in each]
