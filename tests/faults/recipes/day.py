"""One day of a gallery, with something to do for each step of a sweep, and how it ended."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from gallery_events.models import Image, Reference, StorageClaim, Tombstone
from tests import NOW
from tests.faults.recipes.dump import contents
from tests.faults.world import GRACE, RETENTION, new_image, trashed_images, wipe
from tests.project.models import Album


def one_day():
    """Return images by what a sweep at NOW is to do with them."""
    ended, shown, orphan = (new_image(now=NOW - GRACE) for _ in range(3))
    album = Album(title="day", photos=[ended.pk, shown.pk])
    for photos, days in ([ended.pk, shown.pk], 1), ([shown.pk], 0):
        album.photos = photos
        album._history_date = NOW - RETENTION - timedelta(days=days)
        album.save()
    Image.objects.filter(pk=ended.pk).update(review_after=None)
    first, second = trashed_images(2, now=NOW)
    for image in (first, second):
        name = image.file.name.replace("original", "thumbnail")
        storages["default"].save(name, ContentFile(b"small"))
        image.renditions = {"thumbnail": {"name": name, "size": 5}}
        image.save(update_fields=["renditions"])
    found = {"ended": ended, "shown": shown, "orphan": orphan, "first": first, "second": second}
    return {role: (image.pk, image.file_names()) for role, image in found.items()}


def forget_it():
    """Leave nothing of the day, and no bond with the storage that held it."""
    wipe()
    StorageClaim.objects.all().delete()


def end_state(images):
    """Return what became of each image: its row, its references, its tombstone, its files."""
    stored = contents()
    return {
        role: {
            "row": list(
                Image.objects.filter(pk=pk).values("review_after", "reviews", "trashed_at")
            ),
            "references": list(
                Reference.objects.filter(image=pk).values("since_version", "until_version")
            ),
            "tombstone": list(
                Tombstone.objects.filter(key=str(pk)).values(
                    "done_at", "last_error", "claimed_by", "reason"
                )
            ),
            "files": [name in stored for name in names],
        }
        for role, (pk, names) in images.items()
    }
