from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from gallery_events.admin.keeping import end_of
from gallery_events.flows import trash
from gallery_events.models import Image
from tests.edges.staff import address, make_user, named_image, signed_in, words
from tests.factories import make_image
from tests.project.models import Photo
from tests.sweeping import state

pytestmark = pytest.mark.django_db

RIGHTS = ("view_image", "rescue_image", "pin_image")


@pytest.fixture
def client():
    return signed_in(make_user("anna", *RIGHTS))


def today():
    return timezone.localtime(timezone.now()).date()


def trashed(model=Image):
    image = make_image(model)
    trash.trash(image)
    return image


# Out of the trash.


def test_an_image_in_the_trash_has_a_button_to_rescue_it(client):
    image = trashed()

    text = client.get(address(image)).text

    assert f'action="{address(image, "rescue")}"' in text
    assert f'action="{address(make_image(), "rescue")}"' not in text


def test_a_rescue_takes_an_image_out_of_the_trash_and_is_logged(client):
    image = trashed()

    answer = client.post(address(image, "rescue"), follow=True)

    assert state(image) == "kept"
    assert words(answer) == ["“picture.png” is out of the trash."]
    (entry,) = LogEntry.objects.all()
    assert "Rescued" in entry.get_change_message()


def test_a_second_rescue_does_no_harm(client):
    image = trashed()
    client.post(address(image, "rescue"), follow=True)

    answer = client.post(address(image, "rescue"), follow=True)

    assert state(image) == "kept"
    assert words(answer) == []


@pytest.mark.parametrize("page", ["rescue", "unpin"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_an_address_changes_nothing_and_leads_to_the_image(client, page, method):
    image = trashed()
    until = end_of(today() + timedelta(days=3))
    Image.objects.filter(pk=image.pk).update(pinned_until=until)

    answer = getattr(client, method)(address(image, page))

    assert (answer.status_code, answer.url) == (302, address(image))
    assert state(image) == "trashed"
    assert Image.objects.get(pk=image.pk).pinned_until == until


@pytest.mark.parametrize("page", ["rescue", "unpin"])
def test_looking_at_an_address_tells_nothing_to_who_may_not_do_it(page):
    client = signed_in(make_user("ben", "view_image"))

    assert client.get(address(trashed(), page)).status_code == 403


@pytest.mark.parametrize("page", ["rescue", "pin", "unpin", "delete"])
def test_a_post_without_a_token_is_refused(page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("root", is_superuser=True))
    image = make_image()

    assert client.post(address(image, page), {"post": "yes"}).status_code == 403
    assert state(image) == "kept"


@pytest.mark.parametrize("page", ["rescue", "pin", "unpin"])
def test_an_image_that_is_gone_is_said_to_be_gone(client, page):
    answer = client.post(address(Image, "changelist") + f"99999/{page}/", follow=True)

    assert "Perhaps it was deleted" in words(answer)[0]


# Pinned.


def test_pinning_asks_until_when_and_why(client):
    image = make_image()

    text = client.get(address(image, "pin")).text

    assert f'href="{address(image, "pin")}"' in client.get(address(image)).text
    assert 'type="date"' in text
    assert 'name="reason"' in text


def test_a_pin_keeps_an_image_to_the_end_of_its_day(client):
    image = trashed()
    until = today() + timedelta(days=10)
    fields = {"until": until.isoformat(), "reason": "for the calendar"}

    answer = client.post(address(image, "pin"), fields, follow=True)

    image.refresh_from_db()
    assert (image.pinned_until, image.pin_reason) == (end_of(until), "for the calendar")
    assert state(image) == "kept"
    assert "is pinned until" in words(answer)[0]
    assert "Reason of the pin: <bdi>for the calendar</bdi>" in answer.text
    assert "Pinned until" in LogEntry.objects.get().get_change_message()


def test_an_image_is_pinned_to_the_end_of_today_but_not_to_yesterday(client):
    image = make_image()

    late = {"until": (today() - timedelta(days=1)).isoformat(), "reason": "x"}
    answer = client.post(address(image, "pin"), late)
    assert "choose one that lies ahead" in answer.text
    assert Image.objects.get(pk=image.pk).pinned_until is None

    client.post(address(image, "pin"), {"until": today().isoformat(), "reason": "x"})
    assert Image.objects.get(pk=image.pk).pinned_until is not None


@pytest.mark.parametrize("length, status", [(255, 302), (256, 200), (0, 200)])
def test_a_pin_needs_a_reason_that_fits(client, length, status):
    fields = {"until": today().isoformat(), "reason": "x" * length}

    assert client.post(address(make_image(), "pin"), fields).status_code == status


def test_a_pin_can_be_changed_and_taken_away(client):
    image = make_image()
    until = today() + timedelta(days=3)
    trash.pin(image, until=end_of(until), reason="for the calendar")

    text = client.get(address(image, "pin")).text
    assert until.isoformat() in text
    assert "for the calendar" in text
    answer = client.post(address(image, "unpin"), follow=True)

    assert Image.objects.get(pk=image.pk).pinned_until is None
    assert words(answer) == ["“picture.png” is not pinned any more."]


def test_a_pin_that_is_over_is_not_offered_again(client):
    image = make_image(pinned_until=timezone.now() - timedelta(days=2), pin_reason="long ago")

    assert "long ago" not in client.get(address(image, "pin")).text
    assert "Unpin" not in client.get(address(image)).text


def test_images_of_ones_own_model_are_rescued_and_pinned_too():
    client = signed_in(make_user("root", is_superuser=True))
    photo = trashed(Photo)

    client.post(address(photo, "rescue"))
    client.post(address(photo, "pin"), {"until": today().isoformat(), "reason": "x"})

    photo.refresh_from_db()
    assert photo.trashed_at is None
    assert photo.pin_reason == "x"


def test_an_end_is_a_moment_without_a_zone_where_a_project_has_none(settings):
    date = today()

    assert end_of(date).tzinfo is not None
    settings.USE_TZ = False
    assert end_of(date).tzinfo is None


def test_a_name_with_signs_of_its_own_is_said_as_it_is(client):
    image = named_image("100%s of <b>.png")
    trash.trash(image)

    answer = client.post(address(image, "rescue"), follow=True)

    assert words(answer) == ["“100%s of <b>.png” is out of the trash."]
    assert "of &lt;b&gt;.png” is out" in answer.text
