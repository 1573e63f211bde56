"""The plain album again, with the triggers of django-pghistory on its table."""

import pghistory
from django.db import models

from benchmarks.models import Titled


@pghistory.track()
class TrackedAlbum(Titled):
    photos = models.JSONField(default=list)
