"""The history page in the admin: what was saved as pictures and words."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.access import OwnerAccess
from gallery_events.flows import restore
from gallery_events.flows.trash import trash
from gallery_events.models import Image, Reference
from tests.edges.history_site import address, boss, browser, person, purge_at_once, record_of
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Club, Diptych, Gazette, Label

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]


@pytest.fixture
def look():
    """Return what gets the history page of an owner, as somebody who may do everything."""
    client = browser(boss())

    def get(owner, **parameters):
        answer = client.get(address(owner, "history"), parameters)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def rows(page):
    """Return the rows of a page, newest first, without what is around them."""
    return re.findall(
        r'<li class="gallery-row .*?</li>\s*(?=<li class="gallery-row|</ol>)', page, re.DOTALL
    )


def words(markup):
    """Return the text of a piece of a page, as it is read."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_it_tells_newest_first_what_happened_who_did_it_and_why(look):
    a, b = make_ids(2)
    album = make_album([a])
    album.photos.append(b)
    album._history_user = person(name="grace")
    album._change_reason = "The second one came late"
    album.save()

    newest, oldest = rows(look(album))

    assert words(newest).startswith("Version 2 Images added")
    assert "grace" in words(newest)
    assert "The second one came late" in words(newest)
    assert "1 image added" in words(newest)
    assert words(oldest).startswith("Version 1 Created")
    assert "by a program" in words(oldest)


def test_it_shows_what_came_went_and_moved_with_its_new_place(look):
    a, b, c, d = make_ids(4)
    album = make_album([a, b, c])
    album.photos = [c, a, d]
    album.save()

    newest, _ = rows(look(album))

    kinds = re.findall(r"gallery-change-(added|removed|moved)\".*?<ul(.*?)</ul>", newest, re.DOTALL)
    shown = {kind: re.findall(r'src="([^"]+)"', markup) for kind, markup in kinds}
    url = {key: Image.objects.get(pk=key).file.url for key in (b, c, d)}
    assert shown == {"added": [url[d]], "removed": [url[b]], "moved": [url[c]]}
    assert "1 image moved at place 1" in words(newest)


def test_of_many_images_the_first_twelve_are_shown_and_the_others_counted(look):
    album = make_album(make_ids(13))

    (row,) = rows(look(album))

    assert row.count("<img") == 12
    assert "and 1 more" in words(row)


def test_a_change_too_long_to_be_kept_is_shown_from_the_lists_themselves(look):
    before, after = stored(201), stored(201)
    diptych = Diptych.objects.create(title="two", right=before)
    diptych.right = after
    diptych.save()

    newest, oldest = rows(look(diptych))

    assert "201 images added" in words(oldest)
    assert oldest.count("<img") == 12
    assert "201 images removed" in words(newest)
    assert newest.count("<img") == 24
    assert words(newest).count("and 189 more") == 2


def test_galleries_are_named_where_there_are_several(look):
    a, b, c = make_ids(3)
    diptych = Diptych.objects.create(left=[a, b], right=[c])

    (row,) = rows(look(diptych))

    assert "Left 2 images added" in words(row)
    assert "Right 1 image added" in words(row)


def test_other_fields_are_told_in_words_and_rows_they_name_by_their_names(look):
    album = make_album(notes="x" * 100 + "May" + "y" * 100)
    album.title = "Winter"
    album.notes = "x" * 100 + "June" + "y" * 100
    album.club = Club.objects.create(name="Lens")
    album.save()

    newest, _ = rows(look(album))

    assert "Title was “Summer” → and became “Winter”" in words(newest)
    assert f"“…{'x' * 20}May{'y' * 57}…”" in words(newest)
    assert f"“…{'x' * 20}June{'y' * 56}…”" in words(newest)
    assert f"Club was nothing → and became Club object ({album.club_id})" in words(newest)


def test_a_field_that_history_leaves_out_is_not_there(look):
    gazette = Gazette.objects.create(title="one", scratch="not for the history")
    gazette.title, gazette.scratch = "two", "nor this"
    gazette.save()

    newest, _ = rows(look(gazette))

    assert "Title" in words(newest)
    assert "cratch" not in newest


def test_a_row_that_a_field_named_and_is_gone_is_named_by_its_key(look):
    club = Club.objects.create(name="Lens")
    album = make_album(club=club)
    album.club = None
    album.save()
    key = club.pk
    club.delete()

    newest, _ = rows(look(album))

    assert f"Club was club {key}, which is deleted → and became nothing" in words(newest)


def test_the_last_row_of_a_page_too_is_compared_with_the_one_before_it(look):
    label = Label.objects.create(title="0")
    for number in range(1, 4):
        label.title = str(number)
        label.save()

    first, second = look(label), look(label, p=2)

    assert [words(row)[:9] for row in rows(first)] == ["Version 4", "Version 3", "Version 2"]
    assert "Title was “0” → and became “1”" in words(rows(first)[-1])
    assert [words(row)[:9] for row in rows(second)] == ["Version 1"]
    assert 'href="?p=2"' in first
    assert rows(look(label, p="nonsense")) == rows(first)


def test_images_that_are_gone_are_boxes_with_their_names_and_trashed_ones_say_so(look):
    a, b, c = make_ids(3)
    album = make_album([a, b, c])
    album.photos = []
    album.save()
    purge_at_once(a, name="Grandma <3.jpg")
    purge_at_once(b)
    Reference.objects.filter(image_id=c).delete()
    trash(Image.objects.get(pk=c))

    newest, oldest = rows(look(album))

    for row in (newest, oldest):
        assert row.count("<img") == 1
        assert "Grandma &lt;3.jpg" in row
        assert words(row).count("deleted 05/01/2026") == 2
        assert words(row).count("in the trash") == 1


def test_what_is_gone_is_shown_blurred_where_its_tombstone_keeps_that(look):
    a, b = make_ids(2)
    album = make_album([a, b])
    album.photos = []
    album.save()
    purge_at_once(a, name="Grandma <3.jpg", placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI")
    purge_at_once(b, name="Aunt.jpg")

    for row in rows(look(album)):
        assert row.count('<svg class="gallery-placeholder"') == 1
        assert 'role="img" aria-label="Grandma &lt;3.jpg"' in row
        assert words(row).count("deleted 05/01/2026") == 2
        assert "Aunt.jpg" in words(row)


def test_an_image_that_left_no_tombstone_is_named_by_its_key(look):
    (a,) = make_ids(1)
    album = make_album([a])
    Reference.objects.all().delete()
    Image._base_manager.filter(pk=a)._raw_delete("default")

    (row,) = rows(look(album))

    assert "<img" not in row
    assert f"image {a} deleted" in words(row)


def test_a_restore_says_from_where_and_a_deletion_what_it_took(look):
    (a,) = make_ids(1)
    album = make_album([a])
    album.photos = []
    album.save()
    restore.restore(album, 1)
    key = album.pk
    album.delete()
    restored = Album(pk=key)

    gone, back, _, _ = rows(look(restored))

    assert "Restored from version 1" in words(back)
    assert "Version 4 Deleted" in words(gone)
    assert "1 image removed" in words(gone)


def test_the_history_of_a_deleted_owner_leads_to_its_recovery(look):
    album = make_album()
    key = album.pk
    album.delete()

    page = look(Album(pk=key))

    assert "This album is deleted" in page
    assert address(Album(pk=key), "recover") in page


def test_nothing_that_people_write_is_markup(look):
    evil = "<script>alert(1)</script>"
    image = make_image()
    Image.objects.filter(pk=image.pk).update(name=evil, alt=f'"{evil}')
    album = Album(title=evil, photos=[image.pk], notes=evil)
    album._history_user, album._change_reason = person(name=evil), evil
    album.save()
    album.title, album.photos = "tame", []
    album.save()
    album.title = evil
    album.save()

    for page in (look(album), whole(album)):
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page


def test_its_style_comes_in_files_only(look):
    page = look(make_album(make_ids(1)))

    assert 'href="/static/gallery_events/timeline.css"' in page
    assert " style=" not in page
    assert "<style" not in page
    assert not re.findall(r"<script(?![^>]* src=)", page)


@pytest.mark.parametrize("kind", ["storage", "view"])
def test_who_may_see_an_image_is_asked_only_where_a_view_serves_it(look, settings, kind):
    seen, hidden = make_image(), make_image()
    Image.objects.filter(pk=hidden.pk).update(name="hidden.jpg")
    album = make_album([seen.pk, hidden.pk])

    class Policy(OwnerAccess):
        def may_see(self, user, image):
            return image == seen

    settings.GALLERY_EVENTS = {"ACCESS": Policy, "SERVE": kind}

    (row,) = rows(look(album))

    assert row.count("<img") == (2 if kind == "storage" else 1)
    assert ("hidden.jpg" in row) == (kind == "storage")
    assert ("not yours to see" in row) == (kind == "view")


def test_a_storage_that_cannot_say_where_a_file_is_costs_the_picture_not_the_page(look):
    image = make_image()
    rows_of = Image._base_manager.filter(pk=image.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gallery_events_image SET storage = 'gone'")
    assert rows_of.get().storage == "gone"

    (row,) = rows(look(make_album([image.pk])))

    assert "<img" not in row
    assert "picture.png" in row


def test_people_are_links_for_those_who_may_see_users():
    album = Album(title="Summer")
    album._history_user = grace = person(name="grace")
    album.save()
    reader = person("gallery_events.view_timeline", "project.view_album", name="reader")
    link = f'href="/admin/auth/user/{grace.pk}/change/"'

    assert link not in browser(reader).get(address(album, "history")).content.decode()
    assert link in browser(boss()).get(address(album, "history")).content.decode()


def test_images_are_links_for_those_who_may_see_them_in_the_admin():
    (a,) = make_ids(1)
    album = make_album([a])
    reader = person("gallery_events.view_timeline", "project.view_album", name="reader")
    link = f'href="/admin/gallery_events/image/{a}/change/"'

    assert link not in browser(reader).get(address(album, "history")).content.decode()
    assert link in browser(boss()).get(address(album, "history")).content.decode()


@pytest.mark.parametrize("kind", ["history", "version", "restore"])
def test_it_asks_as_often_for_many_snapshots_of_many_images_as_for_few(kind):
    small, large = saved(images=10, times=10), saved(images=1000, times=100)
    client = browser(boss())

    def asked(album):
        keys = [] if kind == "history" else [record_of(album, 2).pk]
        name = "simple_history" if kind == "version" else kind
        client.get(address(album, name, *keys))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(album, name, *keys)).status_code == 200
        return len(captured)

    few, many = asked(small), asked(large)

    # Once for all changes too long to be kept; and SQLite is asked for 999 keys at a time.
    assert many <= few + (kind != "version")
    if kind == "history":
        assert many <= 8


def saved(*, images, times):
    """Return an album that was saved so often, one image replaced and two moved each time."""
    keys = stored(images + times)
    album = Diptych.objects.create(right=keys[:images])
    for at in range(times - 1):
        ids = [*album.right[1:], keys[images + at]]
        ids[0], ids[5] = ids[5], ids[0]
        album.right = ids
        album.title = str(at)
        album.save()
    return album


def stored(number):
    """Return the ids of so many images, made at once; nobody opens their files here."""
    first = Image.objects.count()
    made = [Image(file=f"images/{first + at}/p.png", name="p.png") for at in range(number)]
    return [image.pk for image in Image.objects.bulk_create(made)]


def whole(album):
    """Return the page of the newest version."""
    record = record_of(album, album.gallery_version)
    return (
        browser(person(*SEES, name="z"))
        .get(address(album, "simple_history", record.pk))
        .content.decode()
    )


SEES = ("gallery_events.view_timeline", "project.view_album")
