"""The time of an entry is the database's, and means what the project's other dates mean."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from audit.models import Entry, Verification
from audit.pruning import prune
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

#: Ahead of UTC, behind it, and with half an hour: none is where the tests run.
ZONES = ["Asia/Tokyo", "America/Los_Angeles", "Asia/Kolkata"]
MOMENT = timedelta(minutes=5)


@pytest.fixture(params=[True, False], ids=["zones", "no zones"])
def aware(request, settings):
    settings.USE_TZ = request.param
    return request.param


@pytest.fixture(params=ZONES)
def zone(request, settings, aware):
    settings.TIME_ZONE = request.param
    return request.param


@pytest.mark.usefixtures("zone")
def test_an_entry_has_the_time_of_its_snapshot(aware):
    album = Album.objects.create(title="Summer")

    at, recorded = Entry.objects.get().at, album.history.get().history_date

    assert timezone.is_aware(at) == aware
    assert abs(at - recorded) < MOMENT
    found = Verification.objects.create(full=True)
    found.refresh_from_db()
    assert abs(found.at - recorded) < MOMENT
    assert Entry.objects.filter(at__gte=recorded - MOMENT, at__lte=recorded + MOMENT).exists()


@pytest.mark.usefixtures("zone")
def test_entries_written_in_bulk_have_the_same_time():
    Entry.objects.bulk_create([Entry(kind="x"), Entry(kind="y")])

    for entry in Entry.objects.all():
        assert abs(entry.at - timezone.now()) < MOMENT


@pytest.mark.usefixtures("zone")
def test_pruning_judges_by_the_same_clock():
    Entry.objects.create(kind="x")
    now = timezone.now()

    assert prune(now=now, days=MOMENT / timedelta(days=1)) == 0
    assert prune(now=now + 2 * MOMENT, days=MOMENT / timedelta(days=1)) == 1


def test_the_admin_shows_the_time_on_the_wall(settings, zone):
    get_user_model().objects.create_superuser("root")
    client = Client()
    client.force_login(get_user_model().objects.get())
    Entry.objects.create(kind="sweep_starting")

    text = client.get(reverse("admin:gallery_audit_entry_changelist")).text

    now = timezone.localtime() if settings.USE_TZ else datetime.now()  # noqa: DTZ005
    hours = {date_format(now - delta, "H:i") for delta in (timedelta(), timedelta(minutes=1))}
    assert any(f" {hour}:" in text for hour in hours)
