import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import receivers, wording
from audit.admin import EntryAdmin
from audit.drift.witness import LATE
from audit.models import Entry
from audit.pages import COUNTED, TrailPaginator
from audit.pruning import PRUNED
from gallery_events.flows import trash, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW, named
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


def test_an_entry_is_named_in_words(admin):
    album = make_album()
    image = make_image()
    trash.trash(image)
    Entry.objects.create(kind="sweep_finished")

    assert [str(each) for each in Entry.objects.order_by("pk")] == [
        f"Album {album.pk}: saved",
        f"Image {image.pk}: image put into the trash",
        "sweep finished",
    ]
    assert "3 trail entries" in page(admin).text
    assert "1 trail entry" in page(admin, kind="image_trashed").text


# What somebody may see row by row.


class OwnAdmin(ModelAdmin):
    """Shows what is titled or named for the one who asks, as projects restrict their rows."""

    def get_queryset(self, request):
        column = "title" if self.model is Album else "name"
        return super().get_queryset(request).filter(**{f"{column}__startswith": request.user})


class AskingAdmin(ModelAdmin):
    """Is asked for each object alone, as with permissions of objects."""

    def has_view_permission(self, request, obj=None):
        return obj is not None and str(
            getattr(obj, "title", "") or getattr(obj, "name", "")
        ).startswith(str(request.user))


RESTRICTED = pytest.mark.parametrize("restricted", [OwnAdmin, AskingAdmin])


@pytest.fixture
def look():
    """Return how somebody sees the trail in an admin of these classes."""

    def page_of(user, restricted, path=""):
        site = AdminSite(name="admin")
        site.register(Entry, EntryAdmin)
        site.register([Album, Image], restricted)
        request = RequestFactory().get("/")
        request.user = user
        view = site._registry[Entry]
        answer = view.change_view(request, path) if path else view.changelist_view(request)
        return answer.render().text

    return page_of


@pytest.fixture
def two(picture):
    """Return what was done to rows of anna, and of bert."""
    for name in ("anna", "bert"):
        image = upload.receive(picture(f"{name}s.jpg"))
        Album.objects.create(title=f"{name}s album", photos=[image.pk])
        trash.trash(make_image(), reason="x")


@RESTRICTED
def test_who_may_not_see_a_row_sees_no_title_no_link_and_no_picture_of_it(look, two, restricted):
    anna = make_user("anna", "view_entry", "view_album", "view_image", is_superuser=True)

    text = look(anna, restricted)

    hers, his = Album.objects.order_by("pk")
    assert "annas album" in text
    assert "annas.jpg" in text
    assert "bert" not in text
    assert f"Album {his.pk}" in text
    for album, is_shown in ((hers, True), (his, False)):
        image = Image.objects.get(pk=album.photos[0])
        for address in (
            reverse("admin:project_album_change", args=[album.pk]),
            reverse("admin:gallery_events_image_change", args=[image.pk]),
            image.renditions["thumbnail"]["name"],
        ):
            assert (address in text) == is_shown, address


@RESTRICTED
def test_the_detail_of_an_entry_names_nothing_that_somebody_may_not_see(look, two, restricted):
    anna = make_user("anna", is_superuser=True)

    for name in ("anna", "bert"):
        image = Image.objects.get(name=f"{name}s.jpg")
        entry = Entry.objects.get(kind="image_uploaded", image_key=image.pk)
        text = look(anna, restricted, str(entry.pk))
        assert (f"{name}s.jpg" in text) == (name == "anna")
        assert "size" in text


def test_an_auditor_without_the_images_reads_no_name_and_finds_none(picture):
    image = upload.receive(picture("sunset.jpg"))
    entry = Entry.objects.get()
    anna = signed_in(make_user("anna", "view_entry"))

    answer = anna.get(reverse("admin:gallery_audit_entry_change", args=[entry.pk]))

    assert answer.status_code == 200
    assert "sunset" not in answer.text
    assert shown(anna, q="sunset") == []
    assert shown(anna, q=str(image.pk)) == [entry.pk]


def test_a_name_of_a_tombstone_is_for_those_who_may_see_tombstones():
    gone = make_trashed()
    Image._base_manager.filter(pk=gone.pk).update(name="sunset.jpg")
    sweep(now=NOW)
    images = ("view_entry", "view_image")

    assert "sunset" not in page(signed_in(make_user("anna", *images))).text
    assert "sunset" in page(signed_in(make_user("bert", *images, "view_tombstone"))).text


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


def test_the_image_that_a_page_is_about_comes_first_of_a_long_save(admin):
    ids = make_ids(9)
    make_album(ids)
    place = ("gallery_events.Image", str(ids[7]))

    answer = page(admin, image=":".join(place))
    (entry,) = answer.context["cl"].result_list
    faces = entry.faces.pictures(entry)

    assert [face.key for face in faces] == [str(key) for key in (ids[7], *ids[:3])]
    assert "added 9" in answer.text


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


@pytest.mark.parametrize(
    "value",
    ["\x00", "7\x00", "project.Photo:\x00", "\x00:1", "project.Album:1\x00", "x" * 3_000]
    + [f"gallery_events.Image:{key}" for key in (10**30, -1, 2**63)],
    ids=named,
)
@pytest.mark.parametrize("parameter", ["image", "owner", "request", "person", "kind", "source"])
def test_what_no_column_can_hold_is_not_found(admin, parameter, value):
    make_album(make_ids(1))

    assert shown(admin, **{parameter: value}) == []


@pytest.mark.parametrize("value", ["\x00", "x\x00y"], ids=named)
def test_what_no_column_can_hold_is_no_search(admin, value):
    make_album()

    assert "Null characters are not allowed" in page(admin, q=value).text


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
