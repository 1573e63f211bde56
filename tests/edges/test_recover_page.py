"""Recovering in the admin: which owners are deleted, what of them is left, and how they return."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from gallery_events.admin import GalleryAdmin
from gallery_events.models import Image, Reference
from tests.edges.history_site import address, boss, browser, person, purge_at_once, site
from tests.factories import events, make_album, make_ids
from tests.project.models import Album, Club, Label

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]


@pytest.fixture
def client():
    """Return the browser of somebody who may do everything."""
    return browser(boss())


def listing(client, model=Album, **parameters):
    """Return the list of what is deleted."""
    answer = client.get(address(None, "recover_list", model=model), parameters)
    assert answer.status_code == 200
    return answer.content.decode()


def deleted(owner):
    """Delete an owner, and return what still knows its key."""
    key = owner.pk
    owner.delete()
    return type(owner)(pk=key)


def test_the_list_says_what_was_deleted_by_whom_and_what_of_it_is_left(client):
    a, b, c = make_ids(3)
    album = make_album([a, b, c])
    album._history_user = person(name="grace")
    gone = deleted(album)
    purge_at_once(b, name="lake.jpg")

    markup = listing(client)

    assert f'<a href="{address(gone, "recover")}">Summer</a>' in markup
    assert "grace" in markup
    assert "2 of 3 images can be had" in markup
    assert "lake.jpg" in markup
    assert markup.count("<img") == 2


def test_what_lives_or_came_back_is_not_listed(client):
    make_album()
    gone = deleted(make_album())
    client.post(address(gone, "recover"), {"reason": ""})

    assert "Nothing here that could be recovered." in listing(client)


def test_an_owner_deleted_twice_is_listed_once(client):
    gone = deleted(make_album())
    client.post(address(gone, "recover"), {"reason": ""})
    Album.objects.get(pk=gone.pk).delete()

    assert listing(client).count(address(gone, "recover")) == 1


def test_what_was_deleted_past_its_history_is_listed_too(client):
    album = make_album()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM project_album")

    markup = listing(client)

    assert address(album, "recover") in markup
    assert "nobody knows when" in markup


def test_a_name_that_cannot_be_made_any_more_costs_the_name_only(client, monkeypatch):
    gone = deleted(make_album(club=Club.objects.create(name="Lens")))
    Club.objects.all().delete()
    monkeypatch.setattr(Album, "__str__", lambda self: self.club.name)

    assert f'">Album {gone.pk}</a>' in listing(client)


def test_names_are_no_markup(client):
    gone = deleted(Album.objects.create(title="<script>alert(1)</script>"))

    for markup in (listing(client), client.get(address(gone, "recover")).content.decode()):
        assert "&lt;script&gt;alert" in markup
        assert "<script>alert" not in markup


def test_the_list_has_pages(client):
    for number in range(3):
        deleted(Label.objects.create(title=f"label {number}"))

    first, second = listing(client, Label), listing(client, Label, p=2)

    assert first.count("gallery-row-deleted") == 2
    assert second.count("gallery-row-deleted") == 1
    assert 'href="?p=2"' in first


def test_the_list_asks_as_often_for_many_as_for_one(client):
    def asked():
        listing(client)
        with CaptureQueriesContext(connection) as captured:
            listing(client)
        return len(captured)

    deleted(make_album(make_ids(1)))
    few = asked()
    for _ in range(10):
        deleted(make_album(make_ids(10)))

    assert asked() == few


def test_one_confirmation_brings_an_owner_back_with_its_key_and_numbers(client):
    a, b = make_ids(2)
    gone = deleted(make_album([a, b]))

    markup = client.get(address(gone, "recover")).content.decode()
    assert "2 images come back" in markup
    assert not Album.objects.exists()
    answer = client.post(address(gone, "recover"), {"reason": "Too early"}, follow=True)

    album = Album.objects.get(pk=gone.pk)
    assert album.photos == [a, b]
    assert events(album) == [(1, "created"), (2, "deleted"), (3, "undeleted")]
    record = album.history.get(gallery_version=3)
    assert (record.history_user.username, record.history_change_reason) == ("boss", "Too early")
    assert answer.redirect_chain == [(address(album, "change"), 302)]
    assert "“Summer” is back." in answer.content.decode()
    assert LogEntry.objects.get().get_change_message() == "Brought back after it was deleted."


def test_confirming_twice_leads_to_what_is_back_already(client):
    gone = deleted(make_album())

    client.post(address(gone, "recover"), {"reason": ""})
    answer = client.post(address(gone, "recover"), {"reason": ""}, follow=True)

    assert "“Summer” is not deleted any more." in answer.content.decode()
    assert Album.objects.get(pk=gone.pk).gallery_version == 3


def test_without_images_that_are_gone_it_comes_back_by_choice_only(client):
    a, b = make_ids(2)
    gone = deleted(make_album([a, b]))
    purge_at_once(a, name="lake.jpg")

    assert "lake.jpg" in client.get(address(gone, "recover")).content.decode()
    markup = client.post(address(gone, "recover"), {"reason": ""}).content.decode()
    assert "Not all of it can come back." in markup
    assert not Album.objects.exists()
    client.post(address(gone, "recover"), {"reason": "", "partial": "on"})
    assert Album.objects.get(pk=gone.pk).photos == [b]


def test_images_that_left_no_tombstone_are_lost_all_the_same(client):
    (a,) = make_ids(1)
    gone = deleted(make_album([a]))
    Reference.objects.all().delete()
    Image._base_manager.filter(pk=a)._raw_delete("default")

    assert f"image {a}" in client.get(address(gone, "recover")).content.decode()
    client.post(address(gone, "recover"), {"reason": "", "partial": "on"})
    assert Album.objects.get(pk=gone.pk).photos == []


def test_a_value_that_somebody_else_has_now_is_a_sentence(client):
    gone = deleted(Label.objects.create(title="first"))
    other = Label.objects.create(title="first")

    answer = client.post(address(gone, "recover"), {"reason": ""})

    assert "change the other object first" in answer.content.decode()
    assert list(Label.objects.all()) == [other]


def test_a_row_that_is_gone_is_told_and_the_rest_comes_back_by_choice_only(client):
    club = Club.objects.create(name="Lens")
    gone = deleted(make_album(club=club))
    key = club.pk
    club.delete()

    markup = client.get(address(gone, "recover")).content.decode()
    assert f"club {key}, which is deleted" in markup
    answer = client.post(address(gone, "recover"), {"reason": ""})
    assert "exists no longer" in answer.content.decode()
    client.post(address(gone, "recover"), {"reason": "", "partial": "on"})
    assert Album.objects.get(pk=gone.pk).club is None


def question(user, *albums):
    """Return the page that asks whether one album, or those chosen, shall be deleted."""
    if len(albums) == 1:
        return browser(user).get(address(albums[0], "delete")).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in albums]}
    return browser(user).post(address(None, "changelist", model=Album), chosen).content.decode()


RIGHTS = ("project.view_album", "project.delete_album")


@pytest.mark.parametrize("number", [1, 2])
def test_whoever_deletes_is_told_where_it_can_be_recovered(number):
    albums = [make_album() for _ in range(number)]

    markup = question(boss(), *albums)

    way = address(None, "recover_list", model=Album)
    assert f'can be recovered, under <a href="{way}">Deleted albums</a>.' in markup
    assert "Its images are kept for 30 days." in markup
    assert 'name="post"' in markup
    assert "does not come back" not in markup


@pytest.mark.parametrize("number", [1, 2])
def test_whoever_may_not_recover_is_sent_to_an_administrator(number):
    albums = [make_album() for _ in range(number)]

    markup = question(person(*RIGHTS), *albums)

    assert "an administrator can bring it back" in markup
    assert address(None, "recover_list", model=Album) not in markup


def asked_by(album, **methods):
    """Return what an admin that differs in some methods asks of somebody who deletes."""
    request = RequestFactory().get("/")
    request.user = get_user_model().objects.filter(username="boss").first() or boss()
    own = type("Own", (GalleryAdmin,), methods)(Album, site)
    return own.delete_view(request, str(album.pk)).render().content.decode()


def test_who_may_not_recover_this_one_is_not_led_to_the_list():
    def may_recover(self, request, record):
        return False

    markup = asked_by(make_album(), may_recover=may_recover)

    assert "an administrator can bring it back" in markup


@pytest.mark.parametrize(
    "lacking, protected, said",
    [(set(), [], True), ({"frame"}, [], False), (set(), ["Frame 1"], False)],
)
def test_nothing_is_told_of_recovery_where_nothing_can_be_deleted(lacking, protected, said):
    def get_deleted_objects(self, objs, request):
        return ["Album: Summer"], {}, lacking, protected

    markup = asked_by(make_album(), get_deleted_objects=get_deleted_objects)

    assert ("can be recovered" in markup) == said


@pytest.mark.parametrize("more, said", [([], False), ([["Frame: 1"]], True)])
def test_what_goes_with_it_is_said_not_to_come_back(more, said):
    def get_deleted_objects(self, objs, request):
        return ["Album: Summer", *more], {}, set(), []

    markup = asked_by(make_album(), get_deleted_objects=get_deleted_objects)

    assert ("What else is deleted with it does not come back." in markup) == said


def test_no_day_is_told_where_images_are_kept_for_ever(settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": None}

    assert "images are kept for" not in question(boss(), make_album())
