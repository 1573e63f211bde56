"""PostgreSQL: an image model whose table lives in another schema is swept like any other."""

import pytest
from django.db import connection

from gallery_events.exceptions import SweepRefused
from gallery_events.flows import trash
from gallery_events.flows.preflight import database
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import make_ids
from tests.sweeping import make_due, make_trashed, state

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ELSEWHERE = '"other"."Gallery pic"'


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch):
    """Move the images' table; the test's transaction moves it back."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other")
        cursor.execute("ALTER TABLE gallery_events_image SET SCHEMA other")
        cursor.execute('ALTER TABLE other.gallery_events_image RENAME TO "Gallery pic"')
    monkeypatch.setattr(Image._meta, "db_table", ELSEWHERE)
    forget_columns()
    yield
    monkeypatch.undo()
    forget_columns()


def forget_columns():
    """Let each field look its table up again."""
    for each in Image._meta.fields:
        each.__dict__.pop("cached_col", None)


def test_it_is_trashed_and_purged():
    due, trashed, [kept] = make_due(), make_trashed(), make_ids(1)
    report = sweep(now=NOW)

    assert (report.trashed, report.purged, report.failed) == (1, 1, 0)
    assert [state(due), state(trashed)] == ["trashed", "purged"]
    assert Image.objects.filter(pk=kept).exists()


def test_it_is_put_into_the_trash_by_hand():
    image = make_due()
    trash.trash(image, now=NOW)

    assert state(image) == "trashed"


def test_what_cascades_on_it_is_seen():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE other.link (id int PRIMARY KEY, "
            f"image bigint REFERENCES {ELSEWHERE} ON DELETE CASCADE)"
        )

    assert database.cascades([ELSEWHERE], "default") == [("other.link", "image")]
    with pytest.raises(SweepRefused, match=r"column image of the table other\.link"):
        sweep(now=NOW)
