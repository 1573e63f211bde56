import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import receivers, wording
from audit.drift.witness import LATE
from audit.models import Entry
from audit.pages import COUNTED, TrailPaginator
from audit.pruning import PRUNED
from gallery_events.flows import trash, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Diptych, Poster
from tests.sweeping import TRASH, make_trashed

pytestmark = pytest.mark.django_db

TRAIL = "admin:gallery_audit_entry_changelist"


def make_user(name="anna", *permissions, **columns):
    user = get_user_model().objects.create_user(name, is_staff=True, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin():
    return signed_in(make_user("root", is_superuser=True))


def page(client, **parameters):
    answer = client.get(reverse(TRAIL), parameters)
    assert answer.status_code == 200
    return answer


def shown(client, **parameters):
    """Return the keys of the entries on a page."""
    return [entry.pk for entry in page(client, **parameters).context["cl"].result_list]


def keys(queryset):
    return sorted(queryset.values_list("pk", flat=True), reverse=True)


# Who may see it, and nobody may write.


def test_nobody_sees_the_trail_without_the_permission():
    make_album()
    address = reverse(TRAIL)

    assert Client().get(address).status_code == 302
    assert signed_in(make_user("anna")).get(address).status_code == 403
    assert signed_in(make_user("bert", "view_entry")).get(address).status_code == 200


@pytest.mark.parametrize("superuser", [True, False])
def test_nobody_adds_changes_or_deletes_an_entry(superuser):
    every = ("view_entry", "add_entry", "change_entry", "delete_entry")
    client = signed_in(make_user("anna", *every, is_superuser=superuser))
    make_album()
    entry = Entry.objects.get()
    told = Entry.objects.values().get()

    assert client.get(reverse("admin:gallery_audit_entry_add")).status_code == 403
    for name in ("change", "delete"):
        address = reverse(f"admin:gallery_audit_entry_{name}", args=[entry.pk])
        assert client.post(address, {"kind": "x", "post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}
    client.post(reverse(TRAIL), action)

    assert Entry.objects.values().get() == told


def test_an_entry_is_shown_whole(admin):
    album = make_album(make_ids(2))
    entry = Entry.objects.get()

    answer = admin.get(reverse("admin:gallery_audit_entry_change", args=[entry.pk]))

    assert answer.status_code == 200
    assert f"Album {album.pk}: Summer" in answer.text
    assert '"added"' in answer.text.replace("&quot;", '"')
    assert 'name="_save"' not in answer.text


# What a row says.


def test_a_row_says_in_words_what_a_save_did(admin):
    ids = make_ids(5)
    album = make_album(ids[:4])
    album.photos = [ids[3], ids[2], ids[4]]
    album.save()

    text = page(admin).text

    assert "added 1, removed 2, moved 1" in text
    assert "created: added 4" in text


def test_every_kind_has_its_words():
    assert receivers.RECEIVERS.keys() <= wording.KINDS.keys()
    assert {PRUNED, LATE} <= wording.KINDS.keys()


def test_a_save_of_several_galleries_names_each(admin):
    Diptych.objects.create(left=make_ids(2), right=make_ids(1))

    assert "created: left: added 2; right: added 1" in page(admin).text


def test_each_kind_of_entry_has_a_line(admin, picture):
    image = upload.receive(picture("sunset.jpg"))
    trash.trash(image)
    trash.rescue(image)
    make_trashed(since=NOW - TRASH)
    sweep(now=NOW)

    text = page(admin).text

    for words in ("image uploaded", "put into the trash by hand", "rescued by hand", "purged 1"):
        assert words in text


def test_owner_and_images_lead_to_their_pages_and_their_trails(admin, picture):
    image = upload.receive(picture("sunset.jpg"))
    album = make_album([image.pk])

    text = page(admin).text

    for address in (
        reverse("admin:project_album_change", args=[album.pk]),
        reverse("admin:gallery_events_image_change", args=[image.pk]),
        f"?owner=project.Album%3A{album.pk}",
        f"?image=gallery_events.Image%3A{image.pk}",
        storages["default"].url(image.renditions["thumbnail"]["name"]),
    ):
        assert address in text


def test_who_may_see_no_images_sees_no_thumbnail_and_no_name(picture):
    image = upload.receive(picture("sunset.jpg"))
    album = make_album([image.pk])

    text = page(signed_in(make_user("anna", "view_entry"))).text

    assert "sunset" not in text
    assert "Summer" not in text
    assert f"Album {album.pk}" in text


def test_a_purged_image_keeps_its_name(admin):
    gone = make_trashed()
    Image._base_manager.filter(pk=gone.pk).update(name="sunset.jpg")
    sweep(now=NOW)

    assert "sunset.jpg" in page(admin, kind="image_purged").text


def test_a_broken_storage_costs_the_picture_only(admin, picture):
    image = upload.receive(picture("sunset.jpg"))
    Image._base_manager.filter(pk=image.pk).update(storage="gone")

    assert "sunset.jpg" in page(admin).text


def test_names_are_shown_as_text(admin):
    Album.objects.create(title="<script>alert(1)</script>", photos=[make_image().pk])

    text = page(admin).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


# Narrowed, and back again.


def test_the_trail_is_narrowed_to_an_owner_with_a_heading_and_a_way_back(admin):
    one, _other = make_album(make_ids(1)), make_album(make_ids(1))

    answer = page(admin, owner=f"project.Album:{one.pk}")

    assert shown(admin, owner=f"project.Album:{one.pk}") == keys(Entry.objects.about_owner(one))
    assert f"Trail of Album {one.pk}" in answer.text
    assert "Clear all filters" in answer.text
    assert len(shown(admin)) == 2


def test_the_trail_of_an_image_has_the_saves_that_named_it(admin):
    one, two, three = make_ids(3)
    album = make_album([one, two])
    album.photos = [two, three]
    album.save()
    album.photos = [three, two]
    album.save()

    created, replaced, moved = keys(Entry.objects.all())[::-1]

    assert shown(admin, image=f"gallery_events.Image:{one}") == [replaced, created]
    assert shown(admin, image=f"gallery_events.Image:{three}") == [moved, replaced]
    assert f"Trail of Image {one}" in page(admin, image=f"gallery_events.Image:{one}").text


def test_everything_of_one_request_is_one_click_away(admin):
    add, ids = reverse("admin:project_album_add"), make_ids(1)
    fields = {"title": "Summer", "photos": f"[{ids[0]}]", "gallery_version": 0, "notes": ""}
    assert admin.post(add, fields).status_code == 302
    make_album()
    entry = Entry.objects.get(source="admin")

    answer = page(admin)

    assert f"?request={entry.request_id}" in answer.text
    assert shown(admin, request=entry.request_id) == [entry.pk]
    assert f"Everything of request {entry.request_id}" in page(admin, request=entry.request_id).text


def test_the_trail_is_narrowed_to_a_person_a_kind_and_a_source(admin):
    anna = make_user("anna")
    album = Album(title="hers")
    album._history_user = anna
    album.save()
    image = make_image()
    trash.trash(image)

    assert shown(admin, person=str(anna.pk)) == keys(Entry.objects.filter(actor="anna"))
    assert shown(admin, kind="image_trashed") == keys(Entry.objects.filter(kind="image_trashed"))
    assert len(shown(admin, source="code")) == 2
    assert shown(admin, source="web") == []
    assert "anna" in page(admin).text


def test_the_trail_is_narrowed_to_days(admin):
    make_album()
    old = Entry.objects.create(kind="snapshot_recorded", at=NOW.replace(year=2020))

    assert old.pk in shown(admin)
    assert old.pk not in shown(admin, at__gte=f"{NOW.year - 1}-01-01 00:00:00+00:00")


@pytest.mark.parametrize(
    "value", ["nonsense", "no.Model:1", "gallery_events.Image:x", "project.Poster:7", ":"]
)
def test_a_wrong_address_shows_an_empty_page(admin, value):
    make_album(make_ids(1))

    assert shown(admin, image=value) == []
    assert shown(admin, owner=value) == []


def test_keys_and_names_are_found(admin, picture):
    image = upload.receive(picture("sunset.jpg"))
    poster = Poster.objects.create(title="x")

    assert shown(admin, q="sunset") == keys(Entry.objects.filter(image_key=str(image.pk)))
    assert shown(admin, q=str(poster.pk)) == keys(Entry.objects.about_owner(poster))


# However long.


def statements(client):
    with CaptureQueriesContext(connection) as asked:
        page(client)
    return [each["sql"] for each in asked]


def test_a_long_page_costs_the_statements_of_a_short_one(admin):
    def make(number):
        for _ in range(number):
            make_album(make_ids(2))
            Poster.objects.create(title="x")
            image = make_image()
            trash.trash(image)
            make_trashed()
        sweep(now=NOW)

    make(2)
    page(admin)  # what Django reads once
    few = statements(admin)
    make(20)
    assert len(shown(admin)) == 50

    assert len(statements(admin)) == len(few)


def test_a_long_trail_is_not_counted_to_its_end(admin):
    Entry.objects.bulk_create(Entry(kind="sweep_starting") for _ in range(60))

    counts = [each for each in statements(admin) if "COUNT(" in each]

    assert len(counts) == 1
    assert f"LIMIT {COUNTED}" in counts[0]
    assert page(admin).context["cl"].result_count == 60
    assert TrailPaginator(Entry.objects.order_by("-pk"), 50).num_pages == 2


# From the objects to their trail.


def test_the_forms_of_owners_and_images_lead_to_the_trail(admin):
    album, image = make_album(), make_image()

    for row, address in (
        (album, f"owner=project.Album%3A{album.pk}"),
        (image, f"image=gallery_events.Image%3A{image.pk}"),
    ):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        text = admin.get(reverse(name, args=[row.pk])).text
        assert f'{reverse(TRAIL)}?{address}">Trail</a>' in text
        assert 'class="historylink"' in text


def test_the_way_to_the_trail_is_shown_to_those_who_may_see_it():
    album = make_album()
    address = reverse("admin:project_album_change", args=[album.pk])

    with_trail = signed_in(make_user("anna", "change_album", "view_entry")).get(address)
    without = signed_in(make_user("bert", "change_album")).get(address)

    assert "?owner=" in with_trail.text
    assert without.status_code == 200
    assert "?owner=" not in without.text


def test_a_form_for_something_new_has_no_trail(admin):
    assert "?owner=" not in admin.get(reverse("admin:project_album_add")).text


def test_no_page_needs_an_inline_script_or_style(admin, picture):
    image = upload.receive(picture("sunset.jpg"))
    album = make_album([image.pk])

    for address in (
        reverse(TRAIL),
        reverse("admin:gallery_audit_entry_change", args=[Entry.objects.first().pk]),
        reverse("admin:project_album_change", args=[album.pk]),
    ):
        text = admin.get(address).text
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text
