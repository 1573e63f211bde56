"""Images at every station of their life, and saves at a given moment."""

from datetime import timedelta

from django.db import connection

from gallery_events.conf import current
from gallery_events.flows.preflight import world
from gallery_events.flows.steps import changes
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW
from tests.factories import make_image

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
RETENTION = 30 * DAY
GRACE = 14 * DAY
TRASH = 7 * DAY


def make_due(model=Image, *, at=NOW, **columns):
    """Return an image that nothing names and that a sweep at that moment looks at."""
    return make_image(model, review_after=at, uploaded_at=at - GRACE, **columns)


def make_trashed(model=Image, *, since=NOW - TRASH, **columns):
    """Return an image that has been in the trash since then."""
    return make_due(model, at=since + TRASH, trashed_at=since, **columns)


def save_at(owner, at):
    """Save an owner as of that moment, and return it."""
    owner._history_date = at
    owner.save()
    del owner._history_date
    return owner


def state(image):
    """Return in one word where an image is."""
    row = type(image).objects.filter(pk=image.pk).first()
    if row is None:
        return "purged"
    return "trashed" if row.trashed_at is not None else "kept"


def unreviewed(model=Image):
    """Return the images that break law 1: no reference, and no review to come."""
    return model.objects.filter(references__isnull=True, review_after__isnull=True)


def sweep_daily(start, days, **how):
    """Sweep once a day for so many days, beginning at *start*; law 1 holds after each."""
    reports = []
    for day in range(days):
        reports.append(sweep(now=start + day * DAY, **how))
        assert not unreviewed().exists()
    return reports


def write_gallery(owner, name, text):
    """Write JSON text into a gallery's column past the signals."""
    column, table = (
        connection.ops.quote_name(each)
        for each in (owner._meta.get_field(name).column, owner._meta.db_table)
    )
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    key = owner._meta.pk.get_db_prep_value(owner.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s{cast} WHERE id = %s", [text, key])


def installed_before(now=NOW):
    """Let somebody have accepted what is installed: the next run is not the first."""
    settings = current()
    return world.accept(settings, now=now, configured=changes.watched(settings))
