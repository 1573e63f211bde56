"""What a dry run says of each image is what an explanation says of it."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.domain.prospect import prospect
from gallery_events.domain.report import Day, Outcome, SweepReport
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import make_album, make_image
from tests.project.models import Album, Article, Photo
from tests.sweeping import (
    DAY,
    RETENTION,
    make_due,
    make_trashed,
    save_at,
    write_gallery,
)

pytestmark = pytest.mark.django_db


def site():
    """Make one image for each thing that can be said of it."""
    anna = get_user_model().objects.create_user("anna")
    make_due(uploaded_by=anna)
    make_trashed()
    make_trashed(Photo)
    old = save_at(Album(title="Old", photos=[make_image().pk, make_trashed().pk]), NOW - 90 * DAY)
    old.photos, old._history_user = [], anna
    save_at(old, NOW - RETENTION)
    save_at(Album(title="Now", photos=[make_due().pk]), NOW - DAY)
    Article.objects.create(lead=make_due())
    make_due(pinned_until=NOW + DAY, pin_reason="for the court")
    make_due(original=make_due())
    for _ in range(2):
        drifted = make_trashed()
        write_gallery(make_album(), "photos", json.dumps([drifted.pk]))


@pytest.mark.parametrize("keep", [1, 2])
def test_every_image_has_the_reasons_that_an_explanation_gives(settings, keep):
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": keep, "BREAKER": {"SHARE_FROM": 10**6}}
    site()
    report = sweep(now=NOW, dry_run=True)
    assert len(report.outcomes) == 12 - (keep == 2)
    for each in report.outcomes:
        assert each.why == explain(each.key, model=each.image, now=NOW).lines, each
        assert each.why


def test_who_took_it_out_is_named():
    old = save_at(Album(title="Old", photos=[make_image().pk]), NOW - 90 * DAY)
    old.photos, old._history_user = [], get_user_model().objects.create_user("anna")
    save_at(old, NOW - RETENTION)
    (found,) = sweep(now=NOW, dry_run=True).outcomes
    assert (found.step, found.reason) == ("trash", "nothing names it any more")
    line = f"last in Album {old.pk} 'Old', by its snapshot 1 (taken out on 1 April by anna)"
    assert line in found.why


def test_a_run_that_acts_does_not_ask():
    site()
    report = sweep(now=NOW)
    assert {each.why for each in report.outcomes} == {()}
    assert (report.forecast, report.oldest_due) == ([], None)


def test_it_is_json_with_the_bytes_of_each_image_and_of_each_step():
    make_trashed(size=1000, renditions={"small": {"name": "a/small.webp", "size": 24}})
    make_due(at=NOW - DAY, size=5)
    Article.objects.create(lead=make_due(size=2))
    found = json.loads(json.dumps(sweep(now=NOW, dry_run=True).as_json()))
    assert found["bytes"] == {"clear": 0, "keep": 2, "trash": 5, "purge": 1024}
    assert found["oldest_due"] == (NOW - DAY).isoformat()
    assert sorted(found["images"][0]) == [
        *("bytes", "image", "key", "name", "reason", "step", "why")
    ]
    assert {each["step"]: each["bytes"] for each in found["images"]} == {
        "trash": 5,
        "purge": 1024,
        "keep": 2,
    }
    assert len(found["forecast"]) == 7
    assert found["forecast"][0] == {
        "day": "2026-05-01",
        "expired": 0,
        "trashed": 1,
        "purged": 1,
        "files_removed": 0,
        "bytes_removed": 0,
    }
    # The original and its thumbnail.
    assert (found["forecast"][1]["files_removed"], found["forecast"][1]["bytes_removed"]) == (
        2,
        1024,
    )


def test_the_queries_do_not_grow_with_the_images():
    def costs():
        with CaptureQueriesContext(connection) as queries:
            sweep(now=NOW, dry_run=True)
        return len(queries)

    site()
    few = costs()
    for _ in range(30):
        make_due()
        Article.objects.create(lead=make_due())
        old = save_at(Album(title="Old", photos=[make_image().pk]), NOW - 90 * DAY)
        old.photos = []
        save_at(old, NOW - RETENTION)
    assert costs() == few
    assert Image.objects.count() > 90


# In words.


def report_of(*outcomes, forecast=(), **columns):
    """Return the report of a dry run with these outcomes."""
    report = SweepReport(now=NOW, dry_run=True, **columns)
    for each in outcomes:
        report.add(each)
    report.forecast = list(forecast)
    return report


def outcome(step, reason, *, key=1, size=2048, why=()):
    return Outcome("app.Photo", key, "sea.jpg", step, reason, size, why=why)


def test_a_dry_run_is_told_in_words():
    report = report_of(
        outcome("trash", "nothing names it any more", why=("nothing names it", "uploaded")),
        outcome("purge", "its time is over", key=2),
        outcome("keep", "a use", key=3),
        outcome("keep", "a use", key=4),
        outcome("clear", "named by a gallery", key=5),
        files_removed=3,
        bytes_removed=1024**2,
        oldest_due=NOW - timedelta(hours=2),
        forecast=[Day(NOW.date(), 1, 2, 3, 40, 5000), Day((NOW + DAY).date())],
    )
    told = prospect(report).splitlines()
    assert told[0] == str(report).splitlines()[0]
    rest = told[told.index("") + 1 :]
    assert rest == [
        (
            "would trash 1 (2.0 KB), would delete 1 (to free 2.0 KB), would remove 3 files "
            "(1.0 MB), keep 3 (2 a use; 1 named by a gallery), oldest due 2 hours ago."
        ),
        "  would trash app.Photo 1 'sea.jpg', 2.0 KB: nothing names it any more; uploaded",
        "  would delete app.Photo 2 'sea.jpg', 2.0 KB: its time is over",
        "  keep app.Photo 3 'sea.jpg', 2.0 KB: a use",
        "  keep app.Photo 4 'sea.jpg', 2.0 KB: a use",
        "  keep app.Photo 5 'sea.jpg', 2.0 KB: named by a gallery",
        "",
        "What 2 daily runs from now on would do, if nobody saved anything:",
        "  day    expire  to trash  delete  files    bytes",
        "  1 May       1         2       3     40   4.9 KB",
        "  2 May       0         0       0      0  0 bytes",
    ]


@pytest.mark.parametrize(
    "reason, why, told",
    [
        ("nothing names it any more", ("nothing names it", "up"), "nothing names it any more; up"),
        ("named by hero", ("named by hero of Page 1", "up"), "named by hero of Page 1; up"),
        ("its time is over", ("up", "later"), "its time is over; up; later"),
        ("named by hero", ("named by hero",), "named by hero"),
    ],
)
def test_a_reason_that_an_explanation_repeats_is_told_once(reason, why, told):
    lines = prospect(report_of(outcome("keep", reason, why=why))).splitlines()
    assert f"  keep app.Photo 1 'sea.jpg', 2.0 KB: {told}" in lines


def test_of_very_many_images_it_names_some():
    report = report_of(*(outcome("trash", "orphan", key=key) for key in range(5)))
    lines = prospect(report, most=2).splitlines()
    assert sum("would trash app.Photo" in line for line in lines) == 2
    assert lines[-1] == "  and 3 more images"
    assert "more images" not in prospect(report)


def test_of_very_many_reasons_it_gives_the_most_frequent():
    report = report_of(*(outcome("keep", f"reason {n}") for n in range(8) for _ in range(n + 1)))
    line = next(line for line in prospect(report).splitlines() if line.startswith("would trash"))
    assert "keep 36 (8 reason 7; 7 reason 6; 6 reason 5; 5 reason 4; 4 reason 3; 6 for" in line


def test_a_run_that_only_reports_says_so_and_why():
    report = SweepReport(now=NOW, reported_only="nobody has seen it yet", notes=["one thing"])
    text = str(report)
    assert "would be trashed: 0" in text
    assert "This run only reports: nobody has seen it yet" in text
    assert "note: one thing" in text
