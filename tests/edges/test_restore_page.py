"""Restoring in the admin: what is shown before, what is asked, and what is said after."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils.html import escape

from gallery_events.flows.trash import trash
from gallery_events.models import Image, Reference
from tests.edges.history_site import address, boss, browser, purge_at_once, record_of
from tests.factories import again, events, make_album, make_ids
from tests.project.models import Album, Club, Label

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]


@pytest.fixture
def client():
    """Return the browser of somebody who may do everything."""
    return browser(boss())


def page(owner, version=1):
    """Return the address of the page that restores a version."""
    return address(owner, "restore", record_of(owner, version).pk)


def confirmed(owner, **changed):
    """Return what the form posts for the version that is the newest now."""
    posted = {"expected_version": owner.gallery_version, "scope": "galleries", "reason": ""}
    return posted | changed


def section(markup, title):
    """Return a section of a page in words, or nothing."""
    found = re.search(rf"<section[^>]*>\s*<h2>{title}.*?</section>", markup, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.fixture
def changed():
    """Return an album at version 2, and the ids of its versions."""
    a, b, c, d = ids = make_ids(4)
    album = make_album([a, b, c])
    album.photos, album.title = [c, d], "Winter"
    album.save()
    return album, ids


def test_the_preview_shows_what_comes_back_and_what_goes_away(client, changed):
    album, _ = changed

    markup = client.get(page(album)).content.decode()

    assert "2 images come back" in section(markup, "Pictures")
    assert "1 image goes away" in section(markup, "Pictures")
    assert "“Winter” → and became “Summer”" in section(markup, "Other fields")
    assert section(markup, "Gone for good") == section(markup, "Out of the trash") == ""
    assert 'name="partial"' not in markup


def test_looking_changes_nothing(client, changed):
    album, _ = changed
    client.get(page(album))

    assert again(album).gallery_version == 2
    assert len(events(album)) == 2


def test_one_confirmation_restores_the_galleries_and_says_which_version_it_is_now(client, changed):
    album, (a, b, c, _) = changed

    answer = client.post(page(album), confirmed(album, reason="They were right"), follow=True)

    album = again(album)
    assert (album.photos, album.title, album.gallery_version) == ([a, b, c], "Winter", 3)
    record = record_of(album, 3)
    assert (record.gallery_event, record.restored_from) == ("restored", 1)
    assert (record.history_user.username, record.history_change_reason) == (
        "boss",
        "They were right",
    )
    assert answer.redirect_chain == [(address(album, "history"), 302)]
    link = f'<a href="{address(album, "simple_history", record.pk)}">version 3</a>'
    assert f"Version 1 of “Winter” was restored. It is {link} now." in answer.content.decode()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(album.pk), "Restored version 1.")


def test_everything_comes_back_where_that_is_chosen(client, changed):
    album, (a, b, c, _) = changed

    client.post(page(album), confirmed(album, scope="all"))

    assert (again(album).photos, again(album).title) == ([a, b, c], "Summer")


def test_what_somebody_saved_meanwhile_is_shown_before_anything_is_restored(client, changed):
    album, (a, b, c, _) = changed
    looked_at = confirmed(album, reason="Kept while asking again")
    other = again(album)
    other.photos = []
    other.save()

    markup = client.post(page(album), looked_at).content.decode()

    assert "Somebody saved this meanwhile: version 3 is the newest now." in markup
    assert "3 images come back" in section(markup, "Pictures")
    assert 'name="expected_version" value="3"' in markup
    assert 'value="Kept while asking again"' in markup
    assert again(album).gallery_version == 3
    client.post(page(album), looked_at | {"expected_version": 3})
    assert (again(album).photos, again(album).gallery_version) == ([a, b, c], 4)


def test_confirming_twice_restores_once(client, changed):
    album, _ = changed
    posted = confirmed(album, scope="all")

    first, second = (client.post(page(album), posted) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 200)
    assert "there is nothing to restore" in second.content.decode()
    assert again(album).gallery_version == 3


def test_images_in_the_trash_are_shown_and_rescued(client, changed):
    album, (a, *_) = changed
    Reference.objects.filter(image_id=a).delete()
    trash(Image.objects.get(pk=a))

    markup = client.get(page(album)).content.decode()

    assert section(markup, "Out of the trash").endswith("in the trash")
    client.post(page(album), confirmed(album))
    assert Image.objects.get(pk=a).trashed_at is None


def test_what_is_gone_for_good_is_named_and_the_rest_comes_back_by_choice_only(client, changed):
    album, (a, b, c, _) = changed
    purge_at_once(a, name="lake.jpg")

    markup = client.get(page(album)).content.decode()
    assert section(markup, "Gone for good").startswith("Gone for good 1 image")
    assert "lake.jpg deleted 05/01/2026" in section(markup, "Gone for good")
    assert "1 image comes back" in section(markup, "Pictures")

    markup = client.post(page(album), confirmed(album)).content.decode()
    assert "Not all of it can come back." in markup
    assert again(album).gallery_version == 2

    client.post(page(album), confirmed(album, partial="on"))
    assert again(album).photos == [b, c]


def test_many_lost_images_are_counted_and_the_first_are_shown(client):
    ids = make_ids(62)
    album = Album.objects.create(title="Summer", photos=ids)
    album.photos = []
    album.save()
    purge_at_once(*ids)

    shown = section(client.get(page(album)).content.decode(), "Gone for good")

    assert shown.startswith("Gone for good 62 images")
    assert shown.endswith("and 2 more")


def test_a_value_that_somebody_else_has_now_is_a_sentence(client):
    label = Label.objects.create(title="first")
    label.title = "second"
    label.save()
    Label.objects.create(title="first")

    markup = client.post(page(label), confirmed(label, scope="all")).content.decode()

    assert "Snapshot 1 cannot be had back as it was" in markup
    assert again(label).gallery_version == 2


def test_a_row_that_is_gone_is_told_and_the_rest_comes_back_by_choice_only(client):
    club = Club.objects.create(name="Lens")
    album = make_album(club=club)
    album.club, album.title = None, "Winter"
    album.save()
    key = club.pk
    club.delete()

    markup = client.get(page(album)).content.decode()
    assert f"club {key}, which is deleted" in section(markup, "Other fields")
    markup = client.post(page(album), confirmed(album, scope="all")).content.decode()
    assert escape(f"names club {key} as its club, which exists no longer") in markup
    client.post(page(album), confirmed(album, scope="all", partial="on"))
    assert (again(album).title, again(album).club) == ("Summer", None)


def test_what_is_like_the_version_already_is_not_restored(client):
    album = make_album(make_ids(1))
    album.save()

    markup = client.get(page(album)).content.decode()

    assert "there is nothing to restore" in markup
    assert "<form" not in markup[markup.index("content-main") :]


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"expected_version": "two"},
        {"expected_version": "-1"},
        {"expected_version": "2", "scope": "planet"},
        {"expected_version": "2", "scope": "all", "reason": "x" * 501},
    ],
    ids=str,
)
def test_a_form_that_was_tampered_with_changes_nothing(client, changed, posted):
    album, _ = changed

    assert client.post(page(album), posted).status_code == 200
    assert again(album).gallery_version == 2


def test_a_request_of_another_site_is_refused(changed):
    album, _ = changed
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss())

    assert client.post(page(album), confirmed(album)).status_code == 403
    assert again(album).gallery_version == 2


def test_what_was_deleted_meanwhile_is_not_found(client, changed):
    album, _ = changed
    address_, posted = page(album), confirmed(album)
    album.delete()

    assert client.post(address_, posted).status_code == 404
