import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.access import OwnerAccess
from gallery_events.admin import FirstPictures
from gallery_events.models import Image
from tests.edges.history_site import purge_at_once
from tests.edges.staff import address, make_user, named_image, signed_in
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Diptych, Photo, Poster
from tests.sweeping import write_gallery

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return signed_in(make_user("root", is_superuser=True))


def column(owner):
    """Return what the column says of one owner."""
    return FirstPictures(type(owner), admin.site).first_pictures(owner)


def listed(client, model):
    answer = client.get(address(model, "changelist"))
    assert answer.status_code == 200
    return answer.text


def test_a_list_shows_the_first_pictures_of_each_gallery_and_their_number(root):
    images = [make_image() for _ in range(8)]
    make_album([image.pk for image in images])

    text = listed(root, Album)

    assert [image.rendition_url() in text for image in images] == [True] * 6 + [False] * 2
    assert "8 images" in text


def test_the_order_is_the_gallerys(root):
    one, two = make_image(), make_image()
    album = make_album([two.pk, one.pk])

    shown = column(album)

    assert shown.index(two.rendition_url()) < shown.index(one.rendition_url())


def test_an_empty_gallery_is_said_to_be_empty(root):
    assert "no images" in column(make_album())


def test_several_galleries_are_told_apart_by_their_names(root):
    left, right = make_image(), make_image()
    diptych = Diptych.objects.create(left=[left.pk, *make_ids(1)], right=[right.pk])

    shown = column(diptych)

    assert "left: " in shown
    assert "right: " in shown
    assert left.rendition_url() in shown
    assert right.rendition_url() in shown
    assert "left: " in listed(root, Diptych)


def test_images_of_another_model_are_shown(root):
    photo = make_image(Photo)
    Poster.objects.create(photos=[photo.pk])

    assert photo.rendition_url() in listed(root, Poster)


def test_what_is_gone_is_blurred_where_its_tombstone_keeps_that(root, settings):
    gone, other = make_ids(2)
    album = make_album([gone, other])
    purge_at_once(gone, placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI")
    shown = column(Album.objects.get(pk=album.pk))
    assert shown.count('<svg class="gallery-placeholder"') == 1
    assert "This image exists no longer" in shown
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    assert "<svg" not in column(Album.objects.get(pk=album.pk))


def test_what_is_gone_leaves_a_gap_and_not_a_broken_picture(root):
    album = make_album(make_ids(1))
    write_gallery(album, "photos", "[987654]")

    shown = column(Album.objects.get(pk=album.pk))

    assert "This image exists no longer" in shown
    assert "<img" not in shown


def test_what_is_no_list_breaks_no_list_of_owners(root):
    album = make_album(make_ids(1))
    write_gallery(album, "photos", '{"a": 1}')

    assert "no images" in listed(root, Album)


def queries(client, model):
    with CaptureQueriesContext(connection) as asked:
        listed(client, model)
    return [each["sql"] for each in asked]


def test_a_page_of_galleries_is_read_in_one_query(root):
    make_album(make_ids(8))
    few = queries(root, Album)
    for _ in range(30):
        make_album(make_ids(8))
    many = queries(root, Album)

    assert len(many) == len(few)
    assert len([each for each in many if f'FROM "{Image._meta.db_table}"' in each]) == 1


def test_where_the_column_is_not_listed_nothing_is_read_for_it(rf, root):
    class Plain(FirstPictures):
        list_display = ["title"]

    make_album(make_ids(2))
    request = rf.get("/")
    request.user = make_user("anna", is_superuser=True)
    page = Plain(Album, admin.site).get_changelist_instance(request)

    with CaptureQueriesContext(connection) as asked:
        page.get_results(request)

    assert page.result_list
    assert not [each for each in asked if Image._meta.db_table in each["sql"]]


def test_a_page_that_is_edited_in_place_works_too(rf):
    class Editable(FirstPictures):
        list_display = ["pk", "title", "first_pictures"]
        list_editable = ["title"]

    image = make_image()
    make_album([image.pk])
    request = rf.get("/")
    request.user = make_user("anna", is_superuser=True)

    answer = Editable(Album, admin.site).changelist_view(request)

    assert image.rendition_url() in answer.render().text


def test_a_list_of_ones_own_still_counts(rf):
    from django.contrib.admin.views.main import ChangeList

    class Newest(ChangeList):
        title = "newest"

    class Own(FirstPictures):
        def get_changelist(self, request, **kwargs):
            return type("Both", (super().get_changelist(request, **kwargs), Newest), {})

    assert issubclass(Own(Album, admin.site).get_changelist(rf.get("/")), Newest)


class Nobody(OwnerAccess):
    """Lets nobody see anything."""

    def may_see(self, user, image):
        return False


@pytest.mark.parametrize("serve, shown", [("storage", True), ("view", False)])
def test_where_a_view_guards_images_the_policy_decides_what_is_shown(root, settings, serve, shown):
    settings.GALLERY_EVENTS = {"ACCESS": Nobody, "SERVE": serve}
    make_album(make_ids(1))

    text = listed(root, Album)

    assert ("<img class=" in text) is shown
    assert ("You may not see this image" in text) is not shown


def test_words_are_shown_as_text(root):
    image = named_image("<script>x", alt="<script>alert(1)</script>")
    make_album([image.pk])

    text = listed(root, Album)

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_broken_storage_costs_the_picture_only(root):
    image = make_image(alt="A boat")
    make_album([image.pk])
    Image._base_manager.filter(pk=image.pk).update(storage="gone")

    text = listed(root, Album)

    assert "gallery-blank" in text
    assert "A boat" in text
