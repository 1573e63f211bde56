"""How many purges are too many, on either side of each limit."""

import pytest

from gallery_events.domain.breaker import Limits, excess


def limits(**given):
    return Limits(
        **{
            "per_run": 1000,
            "share_per_run": 0.05,
            "share_per_week": 0.10,
            "share_from": 100,
            "images": 1_000_000,
            **given,
        }
    )


@pytest.mark.parametrize(
    "planned, given, why",
    [
        # The number, or one percent where that is more.
        (1000, {"images": 30_000}, None),
        (1001, {"images": 30_000}, "more than 1000 in one run"),
        (10_000, {}, None),
        (10_001, {}, "more than 10000 in one run"),
        # The share of a run.
        (5, {"images": 100}, None),
        (6, {"images": 100}, "more than 5% of 100 images in one run"),
        # A small site is not judged by shares.
        (99, {"images": 99}, None),
        # The share of a week, counted on what there was before it.
        (4, {"images": 94, "purged_this_week": 6}, None),
        (4, {"images": 93, "purged_this_week": 7}, "which makes 11 within seven days"),
        # What somebody agreed to comes on top.
        (5005, {"images": 30_000, "agreed": 5000}, None),
        (5000, {"images": 100, "agreed": 5000, "purged_this_week": 50}, None),
        (6001, {"images": 30_000, "agreed": 5000}, "more than 1000 in one run"),
        (0, {"per_run": 0, "share_from": 0, "images": 0}, None),
        (1, {"per_run": 0, "images": 10}, "more than 0 in one run"),
    ],
)
def test_the_limits(planned, given, why):
    found = excess(planned, limits(**given))
    assert found is None if why is None else found.startswith(why)
