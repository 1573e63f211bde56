"""When a storage is asked again, and when it is taken to be down."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.attempts import DOWN_AFTER, Health, next_attempt
from tests import NOW


@given(st.integers(1, 9), st.floats(0, 1), st.floats(0, 1))
def test_each_attempt_waits_longer_than_the_one_before(attempts, jitter, other):
    first = next_attempt(NOW, attempts, jitter=jitter)
    second = next_attempt(NOW, attempts + 1, jitter=other)
    assert NOW < first < second


@pytest.mark.parametrize("jitter, minutes", [(0, 8), (0.5, 10), (1, 12)])
def test_jitter_adds_up_to_a_half(jitter, minutes):
    assert next_attempt(NOW, 3, jitter=jitter) == NOW + timedelta(minutes=minutes)


def test_a_storage_is_down_with_the_last_of_so_many_errors_in_a_row():
    health = Health()
    assert [health.failed("a") for _ in range(DOWN_AFTER)] == [False] * (DOWN_AFTER - 1) + [True]
    assert health.down == {"a"}
    assert not health.failed("a"), "it is said once"


def test_a_deed_that_was_done_ends_the_row():
    health = Health()
    for _ in range(DOWN_AFTER - 1):
        health.failed("a")
    health.worked("a")
    assert not health.failed("a")


def test_each_storage_has_a_row_of_its_own():
    health = Health()
    told = [health.failed(name) for _ in range(DOWN_AFTER - 1) for name in "ab"]
    assert not any(told)
    assert health.failed("b")
    assert health.down == {"b"}
