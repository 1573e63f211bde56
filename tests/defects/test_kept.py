"""What a form and a model may lose or mistake: B2 to B5, B10 to B13, B16, B23 to B25, B35 to B39."""

import json
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.forms import modelform_factory
from django.http import QueryDict
from django.test.utils import isolate_apps

from gallery_events import galleries
from gallery_events.checks.models import check_galleries
from gallery_events.fields import GalleryField
from gallery_events.fields.gallery import gallery_fields
from gallery_events.flows import edit, upload
from gallery_events.forms import GalleryFormField
from gallery_events.models import GalleryModel, Image
from tests.edges.sheets import (
    AlbumForm,
    CatalogueForm,
    DiptychForm,
    PosterForm,
    files,
    many,
    opened,
    sent_to_owner,
)
from tests.factories import again, make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Album, Catalogue, Diptych, Painting, Photo, Picture, Poster

pytestmark = pytest.mark.django_db


def test_b02_a_form_that_shows_less_removes_nothing():
    """One page of several is shown, and nothing of an image that is somebody else's."""
    ids = many(130)
    owner = Painting.objects.create(pictures=ids)
    painting = modelform_factory(Painting, fields=["pictures"])
    sheet = opened(painting, instance=owner)
    assert 0 < len(sheet.keys("pictures")) < len(ids)
    form = sent_to_owner(sheet.tick("pictures-remove", ids[5]), owner, painting)

    assert form.is_valid(), form.errors
    form.save()
    assert list(again(owner).pictures) == [key for key in ids if key != ids[5]]


def test_b02_a_form_that_is_only_opened_and_sent_changes_nothing(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    ids = make_ids(3)
    album = make_album(ids)
    form = sent_to_owner(opened(instance=album), album)

    assert not form.has_changed()
    form.save()
    assert list(again(album).photos) == ids


class Elsewhere(Storage):
    """Files that have no path, as in an object store."""

    kept = {}

    def _save(self, name, content):
        self.kept[name] = b"".join(content.chunks())
        return name

    def _open(self, name, mode="rb"):
        return ContentFile(self.kept[name], name)

    def exists(self, name):
        return name in self.kept

    def delete(self, name):
        self.kept.pop(name, None)

    def size(self, name):
        return len(self.kept[name])

    def url(self, name):
        return f"/elsewhere/{name}"


def test_b03_a_storage_without_paths_does_all_that_a_folder_does(settings):
    elsewhere = {"BACKEND": f"{__name__}.Elsewhere"}
    settings.STORAGES = {**settings.STORAGES, "elsewhere": elsewhere}
    settings.GALLERY_EVENTS = {"STORAGE": "elsewhere"}
    image = upload.receive(picture("a.jpg", size=(64, 48)))
    made = edit.derive(image, edit.Edit(crop=(0, 0, 20, 10)))

    with pytest.raises(NotImplementedError):
        image.file.path  # noqa: B018
    assert storages["elsewhere"].exists(made.file.name)
    sheet = opened(instance=make_album([image.pk, made.pk]))
    assert sheet.shown.count("<img") == 2


def test_b04_an_image_whose_picture_cannot_be_shown_stays_and_can_be_removed():
    one, two = make_image(), make_image()
    Image.objects.filter(pk=one.pk).update(renditions={})
    storages["default"].delete(one.file.name)
    album = make_album([one.pk, two.pk])
    sheet = opened(instance=album)
    assert sheet.keys("photos") == [str(one.pk), str(two.pk)]

    sent_to_owner(sheet, album).save()
    assert again(album).photos == [one.pk, two.pk]
    sent_to_owner(opened(instance=album).tick("photos-remove", one.pk), album).save()
    assert again(album).photos == [two.pk]


def test_b05_adding_needs_nothing_of_what_was_there_before():
    one, two = make_ids(2)
    album = make_album([one, two])
    data = {"title": "x", "photos-base": album.gallery_version}
    form = AlbumForm(data, {"photos-upload": files("new.jpg")}, instance=again(album))

    assert form.is_valid(), form.errors
    form.save()
    assert list(again(album).photos)[:2] == [one, two]
    assert len(again(album).photos) == 3


def test_b10_a_gallery_that_may_be_blank_is_not_required():
    assert GalleryField(blank=True).formfield().required is False
    assert GalleryField().formfield().required is True
    assert AlbumForm({"title": "x"}).is_valid()


def test_b11_a_limit_holds_however_and_whenever_it_is_set():
    one, two = make_ids(2)
    field = GalleryFormField(max_images=1)
    with pytest.raises(ValidationError):
        field.clean([one, two])
    field.max_images = 2
    assert field.clean([one, two]) == [one, two]
    field.max_images = 1
    field.max_images = None
    assert field.clean([one, two]) == [one, two]
    with pytest.raises(ValidationError):
        GalleryFormField(min_images=3).clean([one, two])


def test_b12_the_images_are_always_those_of_the_list_as_it_is():
    one, two, three = make_ids(3)
    album = again(make_album([one]))
    assert [each.pk for each in album.photos.images()] == [one]
    album.photos.append(two)
    assert [each.pk for each in album.photos.images()] == [one, two]
    album.save()
    album.photos.append(three)
    assert [each.pk for each in album.photos.images()] == [one, two, three]


JOKES = ["{bad", "²", '["²"]', "[1000000000000000000000000]", "null", '{"a": 1}', "[[1]]", "1e9", "\x00",
         "[" * 5000, "9" * 5000, "-1", "NaN", "[1, 1]", "__prefix__"]  # fmt: skip


@pytest.mark.parametrize("joke", JOKES, ids=lambda joke: ascii(joke)[:20])
def test_b13_no_text_that_comes_in_breaks_anything(joke, anns, image):
    album = make_album([image.pk])
    parts = ("base", "shown", "seen", "choice", "page", "received", "remove", "upload",
             "decorative", f"order-{image.pk}", f"alt-{image.pk}")  # fmt: skip
    names = [*(f"photos-{part}" for part in parts), "photos-order-²", f"photos-order-{joke[:99]}"]
    for name in ("photos", *names):
        data = QueryDict(mutable=True)
        data.update({"title": "x", name: joke})
        str(AlbumForm(data, instance=again(album)))
    assert again(album).photos == [image.pk]
    for address in (f"/gallery/edit/{image.pk}/", "/gallery/upload/"):
        assert anns.post(address, dict.fromkeys(("crop", "file", "size"), joke)).status_code == 400
    for name in ("image", "edit"):
        assert anns.post(f"/gallery/{name}/{'9' * 40}/").status_code in (404, 405)


@pytest.mark.parametrize("auto_id", [False, True, "mine_%s", "x-%s-y"])
def test_b16_nothing_depends_on_how_ids_are_made(auto_id):
    one, two = make_ids(2)
    album = make_album([one, two])
    form = AlbumForm(instance=album, auto_id=auto_id)
    sheet = opened(lambda **_: form).tick("photos-remove", one)
    sheet.choose("photos-upload", *files("new.jpg"))

    assert len(sheet.ids) == len(set(sheet.ids))
    sent_to_owner(sheet, album).save()
    assert next(iter(again(album).photos)) == two
    assert len(again(album).photos) == 2


def test_b23_nothing_stays_nothing_when_it_is_read_and_saved():
    owner = Diptych.objects.create(left=make_ids(2))
    found = again(owner)
    assert list(found.right) == []
    found.save()
    form = sent_to_owner(opened(DiptychForm, instance=owner), owner, DiptychForm)
    form.save()

    assert Diptych.objects.filter(right__isnull=True).exists()


def test_b24_keys_of_every_kind_go_through_forms():
    photo = make_image(Photo)
    poster = Poster.objects.create(title="x", photos=[photo.pk])
    sheet = opened(PosterForm, instance=poster).tick("photos-remove", photo.pk)
    sheet.choose("photos-upload", *files("a.jpg"))
    sent_to_owner(sheet, poster, PosterForm).save()
    (added,) = again(poster).photos
    assert Photo.objects.get(pk=added).name == "a.jpg"

    catalogue = Catalogue.objects.create(code="c 1/2", plates=make_ids(2))
    sheet = opened(CatalogueForm, instance=catalogue).tick("plates-remove", catalogue.plates[0])
    sent_to_owner(sheet, catalogue, CatalogueForm).save()
    assert len(again(catalogue).plates) == 1


@isolate_apps("tests.project")
def test_b25_what_is_derived_from_ours_counts_as_ours():
    class OurGallery(GalleryField):
        pass

    class Owner(GalleryModel):
        __module__ = "tests.project.models"  # where its history is looked for
        photos = OurGallery(to="project.Picture", blank=True)

        class Meta:
            app_label = "project"

    assert gallery_fields(Owner) == [Owner._meta.get_field("photos")]
    assert issubclass(Picture, Image)
    app = SimpleNamespace(get_models=lambda: [Owner])
    assert [each.id for each in check_galleries(app_configs=[app])] == []


def test_b35_of_several_files_in_one_request_each_becomes_an_image(anns):
    answer = anns.post("/gallery/upload/", {"file": [picture(f"{n}.png") for n in range(3)]})
    assert [each["name"] for each in answer.json()] == ["0.png", "1.png", "2.png"]

    form = AlbumForm({"title": "x"}, {"photos-upload": files("a.jpg", "b.jpg", "c.jpg")})
    assert [each.name for each in form.save().photos.images()] == ["a.jpg", "b.jpg", "c.jpg"]


@pytest.mark.parametrize("wrong", [["garbage", {}], [1, 1], {"a": 1}, [None], "text", [2.5]])
def test_b36_the_model_itself_takes_no_garbage_and_nothing_twice(wrong):
    if wrong == [1, 1]:
        make_image(pk=1)
    album = Album(title="x", photos=wrong)

    with pytest.raises(ValidationError):
        album.full_clean()
    with pytest.raises((ValidationError, ValueError, TypeError)):
        album.save()
    assert not Album.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_b37_an_image_in_a_gallery_cannot_be_deleted_from_under_it():
    image = make_image()
    album = make_album([image.pk])
    with pytest.raises(Exception, match="trash"):
        image.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.filter(pk=image.pk)._raw_delete("default")

    assert again(album).photos.missing() == []
    assert [row.object_id for row in image.references.all()] == [str(album.pk)]


def test_b39_what_two_people_change_at_once_is_all_kept():
    one, two, three = make_ids(3)
    album = make_album([one, two])
    mine, theirs = opened(instance=album), opened(instance=album)
    sent_to_owner(theirs.tick("photos-remove", one), album).save()
    form = sent_to_owner(mine.choose("photos-upload", *files("mine.jpg")), album)
    form.save()

    kept = list(again(album).photos)
    assert kept[0] == two
    assert [each.name for each in again(album).photos.images()][1:] == ["mine.jpg"]
    assert json.dumps(galleries.snapshot(album, 2).lists["photos"]) == f"[{two}]"
    assert three not in kept
