"""A machine that finds nothing proves little: here it is given bugs, one at a time, and must fail."""

from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gallery_events.flows.steps import expire, live
from gallery_events.models import Image
from tests.faults.laws import Broken
from tests.faults.machine import Galleries

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sweep_that_does_not_look_at_what_is_live_is_caught():
    with mock.patch.object(live, "look", return_value={}):
        caught("a gallery is broken")


def test_an_expired_image_whose_review_is_forgotten_is_caught():
    expire_batch = expire._expire_batch

    def forgetful(*args, **kwargs):
        reviewed = Image.objects.filter(review_after__isnull=True)
        forgotten = list(reviewed.values_list("pk", flat=True))
        expire_batch(*args, **kwargs)
        Image.objects.filter(pk__in=forgotten).update(review_after=None)

    with mock.patch.object(expire, "_expire_batch", forgetful):
        caught("law 1")


def caught(law):
    """Run the machine without shrinking; it must name the law that is broken."""
    bounded = settings(
        max_examples=50,
        stateful_step_count=30,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(Broken, match=law):
        run_state_machine_as_test(Galleries, settings=bounded)
