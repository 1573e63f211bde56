"""An upload in parts for tests of faults: begun, added to and finished by the flows themselves."""

from datetime import timedelta
from io import BytesIO

from gallery_events.flows import resumable
from gallery_events.models import PartialUpload
from tests import NOW
from tests.pictures import picture

LIFETIME = timedelta(days=1)


def a_picture():
    """Return the bytes of a picture."""
    return picture("a.png", size=(64, 48)).read()


def begun(content, *, now=NOW, **how):
    """Return a new upload of these bytes."""
    return resumable.begin(len(content), lifetime=LIFETIME, now=now, name="a.png", **how)


def add(upload, content, *, now=NOW):
    """Add bytes where the upload is, as this process knows it; return the row."""
    body = BytesIO(content)
    return resumable.add(
        upload, body, size=len(content), offset=upload.offset, lifetime=LIFETIME, now=now
    )


def finish(upload, *, now=NOW):
    """Return the image."""
    return resumable.finish(upload, field=None, lifetime=LIFETIME, now=now)


def again(upload):
    """Return the row as it is now; None when it is gone."""
    return PartialUpload.objects.filter(pk=upload.pk).first()
