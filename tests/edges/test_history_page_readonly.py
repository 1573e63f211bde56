"""Galleries that are only looked at: pictures in the form, in place of ids."""

import pytest

from gallery_events.access import Access
from gallery_events.models import Image
from tests.edges.history_site import address, boss, browser, person
from tests.factories import again, make_album, make_ids
from tests.project.models import Label

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]


def test_the_read_only_gallery_of_a_form_shows_pictures_in_place_of_ids():
    (a,), client = make_ids(1), browser(boss())
    label = Label.objects.create(title="first", photos=[a])
    form = address(label, "change")

    markup = client.get(form).content.decode()

    assert Image.objects.get(pk=a).file.url in markup
    assert f"[{a}]" not in markup
    assert 'href="/static/gallery_events/timeline.css"' in markup
    client.post(form, {"title": "second"})
    assert (again(label).title, again(label).photos) == ("second", [a])


def test_who_may_only_view_sees_pictures_in_place_of_ids():
    a, b = make_ids(2)
    album = make_album([a, b])
    client = browser(person("project.view_album"))

    markup = client.get(address(album, "change")).content.decode()

    for key in (a, b):
        assert Image.objects.get(pk=key).file.url in markup
    assert f"[{a}, {b}]" not in markup
    assert "Summer" in markup


def test_only_what_somebody_may_see_is_shown_where_a_view_serves_it(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view", "ACCESS": Access}
    album = make_album(make_ids(1))
    reader = person("project.view_album")

    markup = browser(reader).get(address(album, "change")).content.decode()

    assert "not yours to see" in markup
    assert "picture.png" not in markup


def test_a_new_object_has_no_pictures_yet():
    markup = browser(boss()).get(address(None, "add", model=Label)).content.decode()

    assert "No images." in markup
