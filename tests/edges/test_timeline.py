"""The timeline on the site: the admin's rows, for whoever may see an owner and its history."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gallery_events import timelines
from gallery_events.history import records
from gallery_events.timelines import fields
from gallery_events.timelines.wording import EVENTS
from tests.edges.history_site import boss, browser, person
from tests.factories import make_album, make_ids
from tests.project.models import Album, AlbumProxy, Catalogue, Poster

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]

RIGHTS = ("gallery_events.view_timeline", "project.view_album")


def page(owner):
    """Return the packaged address of an owner's timeline."""
    return reverse("gallery_events:timeline", args=[owner._meta.label, owner.pk])


class ForThisObject:
    """A backend that lets everybody view the albums called Summer, and those alone."""

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user, perm, obj=None):
        return perm == "project.view_album" and obj is not None and obj.title == "Summer"


@pytest.mark.parametrize(
    "permissions, status", [(RIGHTS, 200), (RIGHTS[:1], 403), (RIGHTS[1:], 403), ((), 403)]
)
def test_it_takes_the_right_to_see_histories_and_the_one_to_see_the_owner(permissions, status):
    client = browser(person(*permissions))

    assert client.get(page(make_album())).status_code == status


def test_who_is_not_logged_in_is_asked_to():
    album = make_album()

    answer = Client().get(page(album))

    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={page(album)}"


def test_a_permission_for_this_object_is_enough(settings):
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        f"{__name__}.ForThisObject",
    ]
    summer, winter = make_album(), Album.objects.create(title="Winter")
    client = Client()
    client.force_login(person(RIGHTS[0]), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(page(summer)).status_code == 200
    assert client.get(page(winter)).status_code == 403


def test_nobody_learns_what_exists_who_may_not_see_it():
    client = browser(person(RIGHTS[0]))

    assert client.get(page(Album(pk=7777))).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "project.Album/7777/",
        "project.Album/none/",
        "project.Club/1/",
        "project.Nothing/1/",
        "nothing/1/",
        "auth.User/1/",
    ],
)
def test_what_is_not_there_is_not_found(address):
    assert browser(boss()).get(f"/gallery/timeline/{address}").status_code == 404


def test_it_shows_the_rows_of_the_history():
    a, b = make_ids(2)
    album = make_album([a])
    album.photos, album.title = [b], "<script>alert(1)</script>"
    album.save()

    markup = browser(boss()).get(page(album)).content.decode()

    assert markup.count('<li class="gallery-row ') == 2
    assert markup.count("<img") == 3
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;”" in markup
    assert "<script" not in markup
    assert 'href="/static/gallery_events/timeline.css"' in markup


@pytest.mark.parametrize("owner", [Album, AlbumProxy, Poster, Catalogue], ids=lambda m: m.__name__)
def test_it_finds_owners_of_every_key(owner):
    made = owner(title="x", **({"code": "a/b c"} if owner is Catalogue else {}))
    made.save()

    assert browser(boss()).get(page(made)).status_code == 200


def test_a_project_may_mount_it_for_one_model_put_it_into_a_frame_and_say_who_may(settings):
    templates = {
        "frame.html": "FRAME {% block title %}{% endblock %}{% block extrastyle %}"
        "{% endblock %}{% block content %}{% endblock %}"
    }
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", templates),
                    "django.template.loaders.app_directories.Loader",
                ]
            },
        }
    ]
    album = make_album()
    client = browser(person(RIGHTS[0]))

    assert client.get(f"/albums/{album.pk}/history/").status_code == 403
    answer = client.get(f"/open/{album.pk}/")
    assert answer.content.decode().startswith("FRAME")
    assert "Version 1" in answer.content.decode()
    assert client.get("/open/7777/").status_code == 403


def test_it_has_pages():
    album = make_album()
    for _ in range(100):
        album.save()
    client = browser(boss())

    first, second = (client.get(page(album), {"p": at}).content.decode() for at in (1, 2))

    assert first.count('<li class="gallery-row ') == 100
    assert second.count('<li class="gallery-row ') == 1
    assert '<a href="?p=2" aria-label="Page 2">2</a>' in first


def test_it_asks_as_often_for_many_saves_as_for_few():
    few, many = make_album(make_ids(1)), make_album(make_ids(1))
    for album, times in ((few, 3), (many, 30)):
        for image in make_ids(times):
            album.photos = [*album.photos[-5:], image]
            album.save()
    client = browser(boss())

    def asked(album):
        with CaptureQueriesContext(connection) as captured:
            client.get(page(album))
        return len(captured)

    assert asked(many) == asked(few)


def test_every_event_of_a_history_has_its_words():
    album = make_album(make_ids(2))
    for photos in ([], make_ids(2)):
        album.photos = photos
        album.save()
    album.photos = album.photos[::-1]
    album.save()
    album.save()
    shown = timelines.page(records(Album, album.pk, using="default"))

    assert {row.event for row in shown.rows} <= EVENTS.keys()
    assert all(row.words != row.event for row in shown.rows)
    assert len(EVENTS) == 11


COLOURS = [("r", "Red"), ("b", "Blue")]


@pytest.mark.parametrize(
    "field, value, words",
    [
        (models.CharField(choices=COLOURS), "r", "Red"),
        (models.CharField(choices=COLOURS), "x", "x"),
        (models.IntegerField(choices=[(1, "One")]), 1, "One"),
        (models.BooleanField(), True, "yes"),
        (models.BooleanField(), False, "no"),
        (models.BooleanField(null=True), None, "nothing"),
        (models.DateField(), date(2026, 5, 1), "May 1, 2026"),
        (models.TimeField(), time(13, 30), "1:30 p.m."),
        (
            models.DateTimeField(),
            datetime(2026, 5, 1, 13, 30),  # noqa: DTZ001 - USE_TZ may be off
            "May 1, 2026, 1:30 p.m.",
        ),
        (
            models.DateTimeField(),
            datetime(2026, 5, 1, 13, 30, tzinfo=timezone.get_fixed_timezone(0)),
            "May 1, 2026, 8:30 a.m.",
        ),
        (models.DecimalField(), Decimal("1.50"), "1.50"),
        (models.JSONField(), {"a": [1]}, '{"a": [1]}'),
        (models.CharField(), "", ""),
    ],
    ids=str,
)
def test_values_are_told_as_people_write_them(field, value, words, settings):
    settings.TIME_ZONE = "America/Chicago"
    assert fields.words(field, value) == words


@pytest.mark.parametrize(
    "before, after, told",
    [
        ("a", "b", ["a", "b"]),
        ("", "b", ["", "b"]),
        ("x" * 80, "y", ["x" * 80, "y"]),
        ("x" * 81, "y", ["x" * 80 + "…", "y"]),
        ("c" * 90 + "x", "c" * 90, ["…" + "c" * 20 + "x", "…" + "c" * 20]),
    ],
    ids=["short", "nothing", "just short enough", "too long", "alike at first"],
)
def test_long_texts_are_shown_around_what_differs(before, after, told):
    assert list(fields.shortened(before, after)) == told
