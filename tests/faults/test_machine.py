"""The promises hold whatever happens in whatever order, on the database of this run."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine import Galleries

pytestmark = pytest.mark.django_db(transaction=True)

#: So much must have happened, or the run says nothing.
ENOUGH = {
    "saved": 60,
    "merged": 5,
    "rescued": 1,
    "rolled back": 5,
    "saves killed": 3,
    "sweeps killed": 3,
    "deleted": 5,
    "restored": 5,
    "trashed": 50,
    "purged": 40,
    "files_removed": 40,
    "written past us": 10,
    "healed": 5,
}


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Thousands of sweeps say what they did: a failure is read better without."""
    caplog.set_level("CRITICAL", logger="gallery_events")


def test_every_promise_holds_after_every_step():
    Galleries.did.clear()
    run_state_machine_as_test(
        Galleries,
        settings=settings(
            max_examples=100,
            stateful_step_count=30,
            deadline=None,
            # A failure is whole within seconds; who wants it short adds Phase.shrink and waits.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    did = Galleries.did
    assert {name: did[name] for name in ENOUGH if did[name] < ENOUGH[name]} == {}, dict(did)
