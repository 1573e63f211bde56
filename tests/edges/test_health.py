"""The page that monitors ask."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from gallery_events.flows.sweep import sweep
from gallery_events.models import SweepRun, Tombstone
from tests.factories import make_image
from tests.sweeping import installed_before

pytestmark = pytest.mark.django_db
TOKEN = "a-secret-of-the-monitor"


@pytest.fixture
def ask(client, settings):
    """Return what asks as a monitor does."""
    settings.GALLERY_EVENTS = {"HEALTH_TOKEN": TOKEN}

    def get(**query):
        found = client.get(
            reverse("gallery_events:health"), query, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        return found.status_code, found.json()

    return get


def test_nobody_is_answered_without_a_right_or_the_token(client, settings):
    address = reverse("gallery_events:health")
    user = get_user_model().objects.create_user("ann", is_staff=True)

    assert client.get(address).status_code == 403
    assert client.get(address, headers={"Authorization": "Bearer None"}).status_code == 403
    client.force_login(user)
    assert client.get(address).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_sweeprun"))
    assert client.get(address).status_code == 503
    settings.GALLERY_EVENTS = {"HEALTH_TOKEN": TOKEN}
    client.logout()
    assert client.get(address, headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 403
    assert client.post(address).status_code == 405


def test_a_sweep_that_never_ran_is_a_problem(ask):
    status, told = ask()

    assert (status, told["ok"], told["last_success"]) == (503, False, None)
    assert "is it scheduled?" in told["problems"][0]


def test_after_a_sweep_all_is_well(ask):
    installed_before()
    sweep()
    status, told = ask()

    assert (status, told["ok"], told["problems"]) == (200, True, [])
    assert 0 <= told["last_success_age"] < 60
    assert told["last_run"]["outcome"] == "done"
    assert (told["backlog"], told["dead_letters"], told["breaker"]) == (0, 0, None)


def test_a_sweep_long_ago_is_a_problem_and_the_monitor_says_how_long(ask):
    installed_before()
    sweep()
    SweepRun.objects.update(finished_at=timezone.now() - timedelta(hours=30))

    assert ask()[0] == 200
    assert ask(**{"max-age": "26"})[0] == 503
    assert ask(**{"max-age": "nonsense"})[0] == 200


def test_a_refused_run_the_breaker_dead_letters_and_a_backlog_are_told(ask, settings):
    installed_before()
    sweep()
    now = timezone.now()
    SweepRun.objects.create(
        started_at=now, judged_at=now, outcome="refused", report={"refused": ["No, because."]}
    )
    SweepRun.objects.filter(outcome="done").update(breaker=7)
    make_image(review_after=now - timedelta(days=3))
    Tombstone.objects.create(
        image_model="gallery_events.Image",
        key="1",
        columns={},
        storage="default",
        files=["a.png"],
        purged_at=now,
        due=now,
        attempts=Tombstone.MAX_ATTEMPTS,
    )
    status, told = ask()

    assert status == 503
    assert (told["backlog"], told["dead_letters"]) == (1, 1)
    assert "7 images" in told["breaker"]
    text = " ".join(told["problems"])
    for part in ("was refused: No, because.", "--acknowledge", "gallery_trash list", "due since"):
        assert part in text


def test_a_run_that_died_is_told(ask):
    installed_before()
    sweep()
    long_ago = timezone.now() - timedelta(hours=13)
    SweepRun.objects.create(started_at=long_ago, judged_at=long_ago)
    status, told = ask()

    assert (status, told["last_run"]["outcome"]) == (503, "running")
    assert "did not come to its end" in told["problems"][0]


def test_files_that_should_be_gone_are_told_although_nobody_tries(ask):
    installed_before()
    sweep()
    now = timezone.now()
    Tombstone.objects.create(
        image_model="gallery_events.Image",
        key="1",
        columns={},
        storage="default",
        files=["a.png"],
        purged_at=now,
        due=now - timedelta(days=3),
    )
    status, told = ask()

    assert (status, told["files_waiting"]) == (503, 1)
    assert "should be gone by now" in told["problems"][0]


def test_a_short_token_is_refused(settings):
    from django.core.checks import run_checks

    settings.GALLERY_EVENTS = {"HEALTH_TOKEN": "short"}
    (found,) = (each for each in run_checks(tags=["gallery_events"]) if each.id.endswith("E020"))
    assert "16" in found.hint
