"""Everything that names an image keeps it, at the trash and again at the purge."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.exceptions import SweepRefused
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from gallery_events.signals import image_rescued
from tests import NOW
from tests.factories import make_album, make_image
from tests.project.models import Article, Card, Diptych, Photo, Recipe
from tests.sweeping import (
    DAY,
    RETENTION,
    TICK,
    make_due,
    make_trashed,
    save_at,
    state,
    sweep_daily,
)

pytestmark = pytest.mark.django_db

NAMED = {
    "a hidden foreign key": lambda image: Article.objects.create(lead=image),
    "a one-to-one": lambda image: Article.objects.create(teaser=image),
    "a many-to-many": lambda image: Article.objects.create().figures.set([image]),
    "a foreign key without a constraint": lambda image: Article.objects.create(loose=image),
    "a history table": lambda image: Card.objects.create(picture=image),
    "an owner's own foreign key": lambda image: Diptych.objects.create(cover=image),
    "a derivative": lambda image: make_image(original=image),
}


@pytest.fixture
def sources(settings):
    """Return a function that declares sources."""

    def declare(*found):
        settings.GALLERY_EVENTS = {"SOURCES": list(found)}

    return declare


@pytest.mark.parametrize("name", NAMED.values(), ids=NAMED)
def test_whoever_names_an_image_keeps_it_out_of_the_trash(name):
    image = make_due()
    name(image)
    report = sweep(now=NOW)
    assert (report.kept, report.trashed, report.exit_code) == (1, 0, 0)
    assert state(image) == "kept"


@pytest.mark.parametrize("name", NAMED.values(), ids=NAMED)
def test_whoever_names_an_image_in_the_trash_takes_it_out(name):
    image = make_trashed()
    name(image)
    report = sweep(now=NOW)
    assert (report.rescued, report.purged) == (1, 0)
    assert state(image) == "kept"


def test_an_image_is_found_again_when_the_foreign_key_lets_go():
    image = make_due()
    article = Article.objects.create(lead=image)
    sweep_daily(NOW, 40)
    article.delete()
    # Looked at after 1, 2, 4, 8, 16 and then every 30 days.
    sweep_daily(NOW + 40 * DAY, 40)
    assert state(image) == "purged"


def test_what_is_kept_is_looked_at_again_after_a_day_and_ever_later():
    image = make_due()
    Article.objects.create(lead=image)
    rests, now = [], NOW
    for _ in range(7):
        sweep(now=now)
        image.refresh_from_db()
        rests.append((image.review_after - now) / DAY)
        now = image.review_after
    assert rests == [1, 2, 4, 8, 16, 30, 30]


# History tables: only what was in effect within the retention.


@pytest.mark.parametrize("after, kept", [(RETENTION - TICK, 1), (RETENTION, 0)])
def test_a_history_table_keeps_what_was_in_effect_within_the_retention(after, kept):
    image = make_due(at=NOW + after)
    card = save_at(Card(picture=image), NOW - 90 * DAY)
    card.picture = None
    save_at(card, NOW)
    assert sweep(now=NOW + after).kept == kept


@pytest.mark.parametrize("after, kept", [(RETENTION - TICK, 1), (RETENTION, 0)])
def test_the_history_of_an_owners_foreign_key_counts_like_any_other(after, kept):
    image = make_due(at=NOW + after)
    diptych = save_at(Diptych(cover=image), NOW - 90 * DAY)
    diptych.cover = None
    save_at(diptych, NOW)
    assert sweep(now=NOW + after).kept == kept


@pytest.mark.parametrize("after, kept", [(RETENTION - TICK, 1), (RETENTION, 0)])
def test_the_history_of_what_is_deleted_keeps_from_its_deletion_on(after, kept):
    image = make_due(at=NOW + after)
    card = save_at(Card(picture=image), NOW - 90 * DAY)
    card._history_date = NOW
    card.delete()
    assert sweep(now=NOW + after).kept == kept


def test_a_deletion_counts_at_its_own_moment_although_the_key_is_used_again():
    image = make_due(at=NOW)
    card = save_at(Card(picture=image), NOW - 90 * DAY)
    pk, card._history_date = card.pk, NOW - 60 * DAY
    card.delete()
    save_at(Card(pk=pk), NOW - DAY)
    assert sweep(now=NOW).trashed == 1


@pytest.mark.parametrize("after, kept", [(RETENTION - TICK, 1), (RETENTION, 0)])
def test_the_history_of_a_many_to_many_counts_too(after, kept):
    image = make_due(at=NOW + after)
    recipe = save_at(Recipe(), NOW - 91 * DAY)
    recipe._history_date = NOW - 90 * DAY
    recipe.steps.add(image)
    recipe._history_date = NOW
    recipe.steps.clear()
    assert sweep(now=NOW + after).kept == kept


def test_without_an_end_of_the_retention_every_history_counts(settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": None}
    image = make_due()
    card = save_at(Card(picture=image), NOW - 900 * DAY)
    card.picture = None
    save_at(card, NOW - 800 * DAY)
    assert sweep(now=NOW).kept == 1


# Pins and originals.


@pytest.mark.parametrize("left, kept", [(TICK, 1), (timedelta(), 0)])
def test_a_pin_keeps_until_its_last_moment(left, kept):
    make_due(pinned_until=NOW + left)
    assert sweep(now=NOW).kept == kept


def test_an_original_goes_after_its_last_derivative():
    original = make_due()
    derivative = make_trashed(original=original)
    sweep(now=NOW)
    assert (state(original), state(derivative)) == ("kept", "purged")
    sweep(now=NOW + TICK)
    assert state(original) == "trashed"
    sweep_daily(NOW + DAY, 8)
    assert state(original) == "purged"


# Sources.


def test_a_source_is_asked_at_the_trash_and_again_at_the_purge(sources):
    image, asked, used = make_due(), [], set()

    def source(images):
        asked.extend(images)
        return used

    sources(source)
    sweep(now=NOW)
    assert (asked, state(image)) == ([image], "trashed")
    used.add(image.pk)
    report = sweep(now=NOW + 7 * DAY)
    assert (asked, report.rescued, state(image)) == ([image, image], 1, "kept")


def test_a_source_may_answer_for_images_of_another_key(sources):
    photo = make_due(Photo)
    sources(lambda images: [str(each.pk) for each in images])
    assert (sweep(now=NOW).kept, state(photo)) == (1, "kept")


@pytest.mark.parametrize(
    "rubbish",
    [
        lambda _: None,
        lambda _: "everything",
        lambda images: {images[0].pk: True},
        lambda _: 7,
        lambda _: {"not a key"},
        lambda _: {None},
        lambda _: [1.5],
        lambda _: [True],
        lambda images: [(images[0].pk,)],
        lambda _: [Article(pk=1)],
        lambda _: 1 / 0,
    ],
    ids=[
        "None",
        "text",
        "dict",
        "number",
        "words",
        "nothing",
        "float",
        "bool",
        "rows",
        "others",
        "error",
    ],
)
def test_a_source_that_fails_or_returns_rubbish_keeps_everything_and_says_so(sources, rubbish):
    due, trashed = make_due(), make_trashed()
    # Asked about no image, as before a run, it gives a proper answer.
    sources(lambda images: rubbish(images) if images else set())
    report = sweep(now=NOW)
    assert (report.kept, report.trashed, report.purged) == (2, 0, 0)
    assert (state(due), state(trashed)) == ("kept", "trashed")
    assert report.exit_code == 2
    assert "the source" in str(report.errors)


def test_a_source_that_breaks_the_transaction_does_not_break_the_run(sources):
    image, other = make_due(), make_album([make_image().pk])

    def source(images):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM a_table_that_is_not_there" if images else "SELECT 1")
        return set()

    sources(source)
    assert sweep(now=NOW).kept == 1
    assert state(image) == "kept"
    assert other.history.count() == 1


def test_a_source_that_fails_about_nothing_refuses_the_sweep(sources):
    def source(images):
        raise OSError("the index is gone")

    sources(source)
    with pytest.raises(SweepRefused, match="the index is gone"):
        sweep(now=NOW)


# How it is asked.


def test_an_image_used_a_thousand_times_costs_no_more_than_one_used_once():
    image = make_due()
    Article.objects.create(lead=image)
    sweep(now=NOW - DAY)
    with CaptureQueriesContext(connection) as once:
        sweep(now=NOW)
    Image.objects.update(review_after=NOW, reviews=0)
    Article.objects.bulk_create([Article(lead=image) for _ in range(1000)])
    with CaptureQueriesContext(connection) as often:
        report = sweep(now=NOW)
    assert len(often) == len(once)
    assert report.outcomes[0].reason == "named by lead of project.Article"


def test_who_listens_hears_why_an_image_left_the_trash():
    image, heard = make_trashed(), []
    Article.objects.create(lead=image)

    def listen(sender, image, user, by, **kwargs):
        heard.append((image.pk, image.trashed_at, user, by))

    image_rescued.connect(listen)
    try:
        sweep(now=NOW)
    finally:
        image_rescued.disconnect(listen)
    assert heard == [(image.pk, None, None, "named by lead of project.Article")]
